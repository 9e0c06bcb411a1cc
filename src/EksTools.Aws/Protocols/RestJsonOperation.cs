using System.Buffers;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace EksTools.Aws.Protocols;

/// <summary>How AWS's REST-JSON protocol sends and reads one operation.</summary>
internal static class RestJsonOperation
{
    /// <summary>The options with which the SDK's pipeline runs an operation.</summary>
    /// <param name="serviceName">The SDK's name of the service.</param>
    /// <param name="apiVersion">The version of the service's API, a date.</param>
    /// <param name="method">The HTTP method.</param>
    /// <param name="uri">The URI with its places in braces.</param>
    /// <param name="locate">Sets what stands in URI, query string and headers; null where nothing does.</param>
    /// <param name="write">Writes the members of the body; null where the request has no body.</param>
    /// <param name="read">Reads a response's body.</param>
    /// <param name="error">Makes the exception of an error and its body.</param>
    public static InvokeOptions Options<TRequest, TResponse>(
        string serviceName,
        string apiVersion,
        string method,
        string uri,
        Action<RestJsonRequest, TRequest>? locate,
        Action<JsonBody, TRequest>? write,
        Func<JsonElement, TResponse> read,
        Func<ErrorResponse, JsonElement, AmazonServiceException> error)
        where TRequest : AmazonWebServiceRequest
        where TResponse : AmazonWebServiceResponse => new()
        {
            RequestMarshaller = new Marshaller<TRequest>(serviceName, apiVersion, method, uri, locate, write, error),
            ResponseUnmarshaller = new RestJsonResponse<TResponse>(read, error),
        };

    private sealed class Marshaller<TRequest>(
        string serviceName,
        string apiVersion,
        string method,
        string uri,
        Action<RestJsonRequest, TRequest>? locate,
        Action<JsonBody, TRequest>? write,
        Func<ErrorResponse, JsonElement, AmazonServiceException> error) : IMarshaller<IRequest, AmazonWebServiceRequest>
        where TRequest : AmazonWebServiceRequest
    {
        public IRequest Marshall(AmazonWebServiceRequest input)
        {
            var request = new DefaultRequest(input, serviceName) { HttpMethod = method, ResourcePath = uri };
            request.Headers["x-amz-api-version"] = apiVersion;
            var value = (TRequest)input;
            locate?.Invoke(new RestJsonRequest(request, error), value);
            if (write is null)
            {
                request.UseQueryString = true;
                return request;
            }

            // Parameters would else be sent as a form in the body's stead.
            request.UseQueryString = request.Parameters.Count > 0;
            request.Headers["Content-Type"] = "application/json";
            var buffer = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer))
                new JsonBody(writer).Object(value, write);
            request.Content = buffer.WrittenSpan.ToArray();
            return request;
        }
    }
}
