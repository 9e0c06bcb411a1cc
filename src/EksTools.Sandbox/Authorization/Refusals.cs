using EksTools.Sandbox.CertificateManager;
using EksTools.Sandbox.CloudWatchLogs;
using EksTools.Sandbox.EksAuth;
using EksTools.Sandbox.KeyManagement;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Authorization;

/// <summary>Refusals in the form and the words of each service.</summary>
internal static class Refusals
{
    /// <summary>The error.</summary>
    /// <param name="reason">Such as <c>because no identity-based policy allows the eks:DescribeCluster action</c>.</param>
    public static AwsException For(string service, string caller, AccessCheck check, string reason)
    {
        var sentence = $"User: {caller} is not authorized to perform: {check.Action}{(check.Named is null ? "" : $" on resource: {check.Named}")} {reason}";
        return service switch
        {
            "eks" or EksAuthService.Name => new AwsException("AccessDeniedException", sentence, 403),
            LogsService.Name or AcmService.Name or KmsService.Name => new AwsException("AccessDeniedException", sentence),
            "ec2" => new AwsException("UnauthorizedOperation", $"You are not authorized to perform this operation. {sentence}", 403),
            _ => new AwsException("AccessDenied", sentence, 403),
        };
    }
}
