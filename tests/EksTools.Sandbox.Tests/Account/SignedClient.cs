using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace EksTools.Sandbox.Tests.Account;

/// <summary>An answer: its status, and its body as JSON or XML without namespaces.</summary>
internal sealed record Answer(HttpStatusCode Status, string? ErrorType, string Body)
{
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    public XElement Xml => Strip(XElement.Parse(Body));

    /// <summary>The error's code in whatever form the service has, or null.</summary>
    public string? Error => ErrorType ?? (Body.StartsWith('<') && (int)Status >= 400 ? Xml.Descendants("Code").Single().Value : null);

    /// <summary>The first element of a name.</summary>
    public string Value(string name) => Xml.Descendants(name).First().Value;

    private static XElement Strip(XElement element) => new(element.Name.LocalName, element.HasElements ? element.Elements().Select(Strip) : element.Value);
}

/// <summary>A client that signs for itself: no SDK corrects its clock or retries behind the test's back.</summary>
internal sealed class SignedClient(Uri endpoint, string keyId, string secret, string? token = null, string region = "us-west-2", TimeProvider? time = null) : IDisposable
{
    private static readonly Dictionary<string, string> Versions = new() { ["ec2"] = "2016-11-15", ["iam"] = "2010-05-08", ["sts"] = "2011-06-15", ["elb"] = "2012-06-01", ["elbv2"] = "2015-12-01" };
    private readonly HttpClient _http = new();

    public TimeProvider Time { get; } = time ?? TimeProvider.System;

    /// <summary>A query operation with its parameters in pairs.</summary>
    public Task<Answer> QueryAsync(string service, string action, params string[] parameters)
    {
        var pairs = new[] { "Action", action, "Version", Versions[service] }.Concat(parameters).Chunk(2);
        // Two services sign with one name.
        return SendAsync(service is "elb" or "elbv2" ? "elasticloadbalancing" : service, HttpMethod.Post, "/", string.Join('&', pairs.Select(pair => $"{Uri.EscapeDataString(pair[0])}={Uri.EscapeDataString(pair[1])}")), "application/x-www-form-urlencoded; charset=utf-8");
    }

    /// <summary>An EKS operation.</summary>
    public Task<Answer> EksAsync(HttpMethod method, string path, string? body = null) => SendAsync("eks", method, path, body ?? "", "application/json");

    /// <summary>An operation of AWS Certificate Manager.</summary>
    public Task<Answer> AcmAsync(string operation, string body) => SendAsync("acm", HttpMethod.Post, "/", body, "application/x-amz-json-1.1", $"CertificateManager.{operation}");

    public Task<Answer> KmsAsync(string operation, string body) => SendAsync("kms", HttpMethod.Post, "/", body, "application/x-amz-json-1.1", $"TrentService.{operation}");

    public async Task<Answer> SendAsync(string service, HttpMethod method, string path, string body, string contentType, string? target = null)
    {
        var date = Time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var question = path.IndexOf('?', StringComparison.Ordinal);
        var (rawPath, query) = question < 0 ? (path, "") : (path[..question], string.Join('&', path[(question + 1)..].Split('&').Order(StringComparer.Ordinal)));
        List<(string Name, string Value)> headers = [("host", endpoint.Authority), ("x-amz-date", date)];
        if (token is not null)
        {
            headers.Add(("x-amz-security-token", token));
        }

        if (target is not null)
        {
            headers.Add(("x-amz-target", target));
        }

        var names = string.Join(';', headers.Select(header => header.Name));
        var canonical = $"{method}\n{rawPath.Replace("%", "%25", StringComparison.Ordinal)}\n{query}\n{string.Concat(headers.Select(header => $"{header.Name}:{header.Value}\n"))}\n{names}\n{Hash(body)}";
        var scope = $"{date[..8]}/{region}/{service}/aws4_request";
        var key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + secret), (current, part) => HMACSHA256.HashData(current, Encoding.UTF8.GetBytes(part)));
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Hash(canonical)}")));
        using var request = new HttpRequestMessage(method, new Uri(endpoint.OriginalString.TrimEnd('/') + path)) { Content = body.Length == 0 ? null : new StringContent(body, Encoding.UTF8) };
        if (request.Content is not null)
        {
            request.Content.Headers.Remove("Content-Type");
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        foreach (var (name, value) in headers.Where(header => header.Name != "host"))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential={keyId}/{scope}, SignedHeaders={names}, Signature={signature}");
        using var response = await _http.SendAsync(request);
        return new Answer(response.StatusCode, response.Headers.TryGetValues("x-amzn-ErrorType", out var types) ? types.Single() : null, await response.Content.ReadAsStringAsync());
    }

    public void Dispose() => _http.Dispose();

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
