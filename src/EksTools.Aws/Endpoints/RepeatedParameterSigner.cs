using Amazon.Runtime;
using Amazon.Runtime.Identity;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Util;
using Amazon.Util;

namespace EksTools.Aws.Endpoints;

/// <summary>
/// Signs repeated query parameters in the order of their encoded values, as Signature Version 4 wants them
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, "canonical query string"). AWSSDK.Core 4.0.102
/// orders the values before it encodes them ("a-b" before "a:b", though "a%3Ab" comes before "a-b"), and from seventeen parameters on its sort by
/// name alone no longer keeps the values' order: AWS refuses both as SignatureDoesNotMatch.
/// </summary>
internal sealed class RepeatedParameterSigner : AWS4Signer
{
    public override void Sign(IRequest request, IClientConfig clientConfig, RequestMetrics metrics, BaseIdentity identity)
    {
        base.Sign(request, clientConfig, metrics, identity);
        if (request.AWS4SignerResult is not { } signed || !request.ParameterCollection.Any(static one => one.Value is StringListParameterValue { Value.Count: > 1 }))
        {
            return;
        }

        var query = string.Join('&', request.ParameterCollection.GetSortedParametersList()
            .Select(static one => (Name: AWSSDKUtils.UrlEncode(one.Key, path: false), Value: AWSSDKUtils.UrlEncode(one.Value ?? string.Empty, path: false)))
            .OrderBy(static one => one.Name, StringComparer.Ordinal).ThenBy(static one => one.Value, StringComparer.Ordinal)
            .Select(static one => $"{one.Name}={one.Value}"));

        // What the base added after signing is not part of what is signed.
        var headers = SortAndPruneHeaders(request.Headers.Where(static one => one.Key != HeaderKeys.AuthorizationHeader));
        var canonical = CanonicalizeRequest(request.Endpoint, request.ResourcePath, request.HttpMethod, headers, query, request.Headers[HeaderKeys.XAmzContentSha256Header], request.PathResources, request.UseDoubleEncoding);
        string[] scope = signed.Scope.Split('/');
        var date = DateTime.ParseExact(signed.ISO8601DateTime, AWSSDKUtils.ISO8601BasicDateTimeFormat, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal);
        request.AWS4SignerResult = ComputeSignature(signed.AccessKeyId, signed.SecretKey, scope[1], date, scope[2], signed.SignedHeaders, canonical);
        request.Headers[HeaderKeys.AuthorizationHeader] = request.AWS4SignerResult.ForAuthorizationHeader;
    }
}

/// <summary>Lets <see cref="RepeatedParameterSigner"/> sign what the scheme would have SigV4's signer of the SDK sign.</summary>
internal sealed class RepeatedParameterHandler : PipelineHandler
{
    private static readonly RepeatedParameterSigner Signer = new();

    public override Task<T> InvokeAsync<T>(IExecutionContext executionContext)
    {
        if (executionContext.RequestContext.Signer is AWS4Signer)
        {
            executionContext.RequestContext.Signer = Signer;
        }

        return base.InvokeAsync<T>(executionContext);
    }
}
