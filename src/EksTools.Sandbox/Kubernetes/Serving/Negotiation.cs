using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving.Protobuf;
using Microsoft.AspNetCore.Http;
using YamlDotNet.Core;

namespace EksTools.Sandbox.Kubernetes.Serving;

/// <summary>The form in which a client takes objects.</summary>
internal enum ResponseForm
{
    Object,
    Table,
    Metadata,
}

/// <summary>Media types in and out: JSON, YAML and protobuf in, JSON alone out: every client takes it.</summary>
internal static class Negotiation
{
    private static readonly JsonDocumentOptions NoDuplicates = new() { AllowDuplicateProperties = false };

    private const int MaxBody = 3 * 1024 * 1024;

    /// <summary>The first form of the Accept header that the server has.</summary>
    /// <exception cref="StatusException">406 when there is none.</exception>
    public static ResponseForm Form(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        if (accept.Length == 0)
        {
            return ResponseForm.Object;
        }

        foreach (var type in accept.Split(',', StringSplitOptions.TrimEntries))
        {
            var parts = type.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0] is not ("application/json" or "*/*" or "application/*" or "text/*"))
            {
                continue;
            }

            switch (parts.FirstOrDefault(p => p.StartsWith("as=", StringComparison.Ordinal)))
            {
                case null:
                    return ResponseForm.Object;
                case "as=Table" when parts.Contains("v=v1"):
                    return ResponseForm.Table;
                case "as=PartialObjectMetadata" or "as=PartialObjectMetadataList" when parts.Contains("v=v1"):
                    return ResponseForm.Metadata;
                default:
                    continue;
            }
        }

        throw new StatusException(406, "NotAcceptable", "only the following media types are accepted: application/json");
    }

    /// <summary>The request's body as JSON.</summary>
    /// <exception cref="StatusException">415 for another form, 400 for what cannot be read, 413 above 3 MiB.</exception>
    public static async Task<JsonNode?> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var type = MediaType(request);
        if (type.Contains("cbor", StringComparison.Ordinal))
        {
            throw StatusException.UnsupportedMediaType("the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf");
        }

        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (buffer.Length > MaxBody)
        {
            throw new StatusException(413, "RequestEntityTooLarge", $"Request entity too large: limit is {MaxBody}");
        }

        var body = buffer.ToArray();
        return type == "application/vnd.kubernetes.protobuf" && body.Length > 0 ? ProtobufReader.Read(body) : Parse(Encoding.UTF8.GetString(body), type.Contains("yaml", StringComparison.Ordinal));
    }

    public static async Task<JsonObject> ReadObjectAsync(HttpRequest request, CancellationToken cancellationToken) =>
        await ReadBodyAsync(request, cancellationToken).ConfigureAwait(false) as JsonObject
        ?? throw StatusException.BadRequest("the object provided is unrecognized (must be a JSON object with apiVersion and kind)");

    public static string MediaType(HttpRequest request) => (request.ContentType ?? "").Split(';')[0].Trim();

    public static async Task WriteAsync(HttpContext context, int status, JsonNode body, string contentType = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        await context.Response.WriteAsync(body.ToJsonString(JsonText.Compact) + "\n", context.RequestAborted).ConfigureAwait(false);
    }

    public static async Task WriteTextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(text, context.RequestAborted).ConfigureAwait(false);
    }

    private static JsonNode? Parse(string text, bool yaml)
    {
        if (text.Length == 0)
        {
            return null;
        }

        try
        {
            return yaml && !text.TrimStart().StartsWith('{') ? YamlReading.ToJson(text) : JsonNode.Parse(text, documentOptions: NoDuplicates);
        }
        catch (Exception e) when (e is JsonException or YamlException or ArgumentException)
        {
            throw StatusException.BadRequest($"the body of the request cannot be read: {e.Message}");
        }
    }
}
