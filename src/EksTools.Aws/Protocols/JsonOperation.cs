using System.Buffers;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace EksTools.Aws.Protocols;

/// <summary>How AWS's JSON protocol 1.1 sends and reads one operation: all of the request is in the body, and a header names the operation.</summary>
internal static class JsonOperation
{
    /// <summary>The options with which the SDK's pipeline runs an operation.</summary>
    /// <param name="serviceName">The SDK's name of the service.</param>
    /// <param name="target">The value of <c>X-Amz-Target</c>.</param>
    /// <param name="write">Writes the members of the body.</param>
    /// <param name="read">Reads a response's body.</param>
    /// <param name="error">Makes the exception of an error and its body.</param>
    public static InvokeOptions Options<TRequest, TResponse>(
        string serviceName,
        string target,
        Action<JsonBody, TRequest> write,
        Func<JsonElement, TResponse> read,
        Func<ErrorResponse, JsonElement, AmazonServiceException> error)
        where TRequest : AmazonWebServiceRequest
        where TResponse : AmazonWebServiceResponse => new()
        {
            RequestMarshaller = new Marshaller<TRequest>(serviceName, target, write),
            ResponseUnmarshaller = new RestJsonResponse<TResponse>(read, error),
        };

    private sealed class Marshaller<TRequest>(string serviceName, string target, Action<JsonBody, TRequest> write) : IMarshaller<IRequest, AmazonWebServiceRequest>
        where TRequest : AmazonWebServiceRequest
    {
        public IRequest Marshall(AmazonWebServiceRequest input)
        {
            var request = new DefaultRequest(input, serviceName) { HttpMethod = "POST", ResourcePath = "/" };
            request.Headers["X-Amz-Target"] = target;
            request.Headers["Content-Type"] = "application/x-amz-json-1.1";
            var buffer = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer))
                new JsonBody(writer).Object((TRequest)input, write);
            request.Content = buffer.WrittenSpan.ToArray();
            return request;
        }
    }
}
