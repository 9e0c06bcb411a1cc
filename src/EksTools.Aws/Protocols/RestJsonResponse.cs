using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace EksTools.Aws.Protocols;

/// <summary>Reads a REST-JSON response or error.</summary>
internal sealed class RestJsonResponse<TResponse>(
    Func<JsonElement, TResponse> read,
    Func<ErrorResponse, JsonElement, AmazonServiceException> error) : JsonResponseUnmarshaller
    where TResponse : AmazonWebServiceResponse
{
    public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input)
    {
        // Only where the service says that there is nothing: a body that merely ends early fails to parse, and is asked for again.
        if (input.IsEmptyResponse)
            return read(default);
        using var document = JsonDocument.Parse(input.Stream, new JsonDocumentOptions { MaxDepth = input.JsonMaxDepth });
        return read(document.RootElement);
    }

    public override AmazonServiceException UnmarshallException(JsonUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
    {
        using var body = new MemoryStream();
        input.Stream.CopyTo(body);
        using var document = TryParse(body);
        var root = document?.RootElement ?? default;
        var response = new ErrorResponse
        {
            Code = Code(input.ResponseData, root),
            InnerException = innerException,
            StatusCode = statusCode,
            RequestId = input.ResponseData.GetHeaderValue("x-amzn-RequestId"),
            Type = ErrorType.Unknown,
        };
        response.Message = JsonValue.Find(root, "message", JsonValue.String)
            ?? JsonValue.Find(root, "Message", JsonValue.String)
            ?? ErrorText.Unexplained(response.Code, statusCode, body.ToArray());
        return error(response, root);
    }

    // Proxies and load balancers answer in HTML; the status still says what kind of error it is.
    private static JsonDocument? TryParse(MemoryStream body)
    {
        try
        {
            return JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Code(IWebResponseData response, JsonElement root)
    {
        var code = response.IsHeaderPresent("x-amzn-ErrorType") ? response.GetHeaderValue("x-amzn-ErrorType") : null;
        if (string.IsNullOrEmpty(code))
            code = JsonValue.Find(root, "code", Text) ?? JsonValue.Find(root, "__type", Text);
        if (string.IsNullOrEmpty(code))
            return null;

        // "namespace#Name:http://address" is said for "Name".
        code = code.Split(':')[0];
        return code[(code.LastIndexOf('#') + 1)..];
    }

    private static string? Text(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;
}
