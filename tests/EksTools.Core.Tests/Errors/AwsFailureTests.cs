using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using EksTools.Core.Errors;
using EksTools.Errors;
using k8s.Autorest;

namespace EksTools.Core.Tests.Errors;

public sealed class AwsFailureTests
{
    [Theory]
    [InlineData("AccessDeniedException", 403, EksErrorKind.Denied)]
    [InlineData("UnauthorizedOperation", 403, EksErrorKind.Denied)]
    [InlineData("ExpiredToken", 403, EksErrorKind.Expired)]
    [InlineData("ExpiredTokenException", 400, EksErrorKind.Expired)]
    [InlineData("InvalidClientTokenId", 403, EksErrorKind.Unauthenticated)]
    [InlineData("SignatureDoesNotMatch", 403, EksErrorKind.Unauthenticated)]
    [InlineData("ThrottlingException", 400, EksErrorKind.Throttled)]
    [InlineData("RequestLimitExceeded", 503, EksErrorKind.Throttled)]
    [InlineData("ResourceNotFoundException", 404, EksErrorKind.NotFound)]
    [InlineData("InvalidVpcID.NotFound", 400, EksErrorKind.NotFound)]
    [InlineData("NoSuchEntity", 404, EksErrorKind.NotFound)]
    [InlineData("EntityAlreadyExists", 409, EksErrorKind.Conflict)]
    [InlineData("ResourceInUseException", 409, EksErrorKind.Conflict)]
    [InlineData("InvalidSubnet.Conflict", 400, EksErrorKind.Conflict)]
    [InlineData("VpcLimitExceeded", 400, EksErrorKind.LimitExceeded)]
    [InlineData("ResourceLimitExceededException", 400, EksErrorKind.LimitExceeded)]
    [InlineData("InvalidParameterException", 400, EksErrorKind.Validation)]
    [InlineData("ServerException", 500, EksErrorKind.Service)]
    public void Codes_of_AWS_have_their_kind_and_keep_their_message(string code, int status, EksErrorKind kind)
    {
        EksToolsException exception = AwsFailure.Translate(Service(code, status, "AWS says so."));
        Assert.Equal(kind, exception.Kind);
        Assert.Contains("AWS says so.", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ThrottlingException", 400, "slow down", true)]
    [InlineData("ServerException", 500, "oops", true)]
    [InlineData("ServiceUnavailable", 503, "oops", true)]
    [InlineData("InvalidParameterException", 400, "Role with arn: arn:aws:iam::1:role/r, could not be assumed because it does not exist", true)]
    [InlineData("InvalidParameterException", 400, "Subnet subnet-1 does not fit.", false)]
    [InlineData("AccessDeniedException", 403, "no", false)]
    [InlineData("ResourceInUseException", 409, "busy", false)]
    public void Knows_what_passes_by_itself(string code, int status, string message, bool transient) =>
        Assert.Equal(transient, AwsFailure.IsTransient(Service(code, status, message)));

    [Fact]
    public void Network_failures_are_told_from_answers()
    {
        HttpRequestException refused = new("Connection refused", new SocketException((int)SocketError.ConnectionRefused));
        EksToolsException exception = AwsFailure.Translate(new AmazonClientException("call failed", refused));
        Assert.Equal(EksErrorKind.Network, exception.Kind);
        Assert.True(AwsFailure.IsTransient(refused));
        Assert.Equal(EksErrorKind.Unauthenticated, AwsFailure.Translate(new AmazonClientException("no credentials")).Kind);
    }

    [Theory]
    [InlineData(401, EksErrorKind.Unauthenticated)]
    [InlineData(403, EksErrorKind.Denied)]
    [InlineData(404, EksErrorKind.NotFound)]
    [InlineData(409, EksErrorKind.Conflict)]
    [InlineData(422, EksErrorKind.Validation)]
    [InlineData(429, EksErrorKind.Throttled)]
    [InlineData(500, EksErrorKind.Service)]
    public void Answers_of_Kubernetes_have_their_kind(int status, EksErrorKind kind)
    {
        using HttpResponseMessage response = new((HttpStatusCode)status);
        HttpOperationException exception = new() { Response = new HttpResponseMessageWrapper(response, """{"kind":"Status","message":"it says so"}""") };
        EksToolsException translated = AwsFailure.Translate(exception);
        Assert.Equal(kind, translated.Kind);
        Assert.Contains("it says so", translated.Message, StringComparison.Ordinal);
    }

    private static AmazonServiceException Service(string code, int status, string message) => new(message, ErrorType.Unknown, code, "request-1", (HttpStatusCode)status);
}
