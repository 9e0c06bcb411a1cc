using System.Net;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace EksTools.Aws.Protocols;

/// <summary>Reads a response or error of the query protocol.</summary>
internal sealed class QueryResponse<TResponse>(
    string? resultWrapper,
    Func<XElement, TResponse> read,
    Func<ErrorResponse, XElement?, AmazonServiceException> error) : XmlResponseUnmarshaller
    where TResponse : AmazonWebServiceResponse
{
    private static readonly XmlReaderSettings s_settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    public override AmazonWebServiceResponse Unmarshall(XmlUnmarshallerContext input)
    {
        XElement root;
        try
        {
            root = Parse(input.Stream);
        }
        catch (XmlException e)
        {
            // What the SDK's core takes for an answer that was cut, and asks again.
            throw new AmazonUnmarshallingException(input.ResponseData.GetHeaderValue("x-amzn-RequestId"), "/", e, input.ResponseData.StatusCode);
        }

        var result = resultWrapper is null ? null : XmlValue.Child(root, resultWrapper);
        var response = read(result ?? new XElement("empty"));
        response.ResponseMetadata = new ResponseMetadata { RequestId = RequestId(root) };
        return response;
    }

    public override AmazonServiceException UnmarshallException(XmlUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
    {
        using var body = new MemoryStream();
        input.Stream.CopyTo(body);
        var root = TryParse(body);
        var detail = root is null ? null : root.DescendantsAndSelf().FirstOrDefault(e => e.Name.LocalName == "Error");
        var response = new ErrorResponse
        {
            Code = Text(detail, "Code"),
            InnerException = innerException,
            StatusCode = statusCode,
            RequestId = RequestId(root) ?? input.ResponseData.GetHeaderValue("x-amzn-RequestId"),
            Type = Text(detail, "Type") switch { "Sender" => ErrorType.Sender, "Receiver" => ErrorType.Receiver, _ => ErrorType.Unknown },
        };
        response.Message = Text(detail, "Message") ?? Text(detail, "message") ?? ErrorText.Unexplained(response.Code, statusCode, body.ToArray());
        return error(response, detail);
    }

    private static XElement Parse(Stream stream)
    {
        using var reader = XmlReader.Create(stream, s_settings);
        return XElement.Load(reader);
    }

    // Proxies and load balancers answer in HTML; the status still says what kind of error it is.
    private static XElement? TryParse(MemoryStream body)
    {
        try
        {
            body.Position = 0;
            return Parse(body);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static string? RequestId(XElement? root) =>
        root?.Descendants().FirstOrDefault(e => e.Name.LocalName is "RequestId" or "RequestID")?.Value;

    private static string? Text(XElement? element, string name) => element is null ? null : XmlValue.Child(element, name)?.Value;
}
