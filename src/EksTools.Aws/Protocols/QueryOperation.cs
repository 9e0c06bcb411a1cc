using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Amazon.Util;

namespace EksTools.Aws.Protocols;

/// <summary>How AWS's query protocol sends and reads one operation.</summary>
internal static class QueryOperation
{
    /// <summary>The options with which the SDK's pipeline runs an operation.</summary>
    /// <param name="serviceName">The SDK's name of the service.</param>
    /// <param name="action">The operation.</param>
    /// <param name="apiVersion">The version of the service's API, a date.</param>
    /// <param name="resultWrapper">The element that holds the result; null where there is none.</param>
    /// <param name="write">Writes the request's parameters.</param>
    /// <param name="read">Reads the result.</param>
    /// <param name="error">Makes the exception of an error.</param>
    public static InvokeOptions Options<TRequest, TResponse>(
        string serviceName,
        string action,
        string apiVersion,
        string? resultWrapper,
        Action<QueryForm, TRequest> write,
        Func<XElement, TResponse> read,
        Func<ErrorResponse, XElement?, AmazonServiceException> error)
        where TRequest : AmazonWebServiceRequest
        where TResponse : AmazonWebServiceResponse => new()
        {
            RequestMarshaller = new Marshaller<TRequest>(serviceName, action, apiVersion, write),
            ResponseUnmarshaller = new QueryResponse<TResponse>(resultWrapper, read, error),
        };

    private sealed class Marshaller<TRequest>(string serviceName, string action, string apiVersion, Action<QueryForm, TRequest> write)
        : IMarshaller<IRequest, AmazonWebServiceRequest>
        where TRequest : AmazonWebServiceRequest
    {
        public IRequest Marshall(AmazonWebServiceRequest input)
        {
            var request = new DefaultRequest(input, serviceName) { HttpMethod = "POST", ResourcePath = "/" };
            request.Parameters.Add("Action", action);
            request.Parameters.Add("Version", apiVersion);
            write(new QueryForm(request.ParameterCollection), (TRequest)input);
            request.Headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8";
            request.Content = AWSSDKUtils.GetRequestPayloadBytes(request);
            return request;
        }
    }
}
