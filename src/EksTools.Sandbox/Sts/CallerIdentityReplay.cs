using System.Net;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Kubernetes;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Sts;

/// <summary>STS as the authenticator in front of a cluster reaches it: replays the presigned URL of a token.</summary>
internal static class CallerIdentityReplay
{
    /// <summary>Answers the URL as STS would, on its real hosts or on the sandbox's own address.</summary>
    public static CallerIdentityReply Send(AwsAccount account, Uri url, string clusterId)
    {
        var request = new WireRequest("GET", url.AbsolutePath, url.Query.TrimStart('?'), new Dictionary<string, string>
        {
            ["host"] = url.Authority,
            ["x-k8s-aws-id"] = clusterId,
            ["accept"] = "application/json",
        }, []);
        try
        {
            var scope = SignatureVerifier.Verify(request, account, TimeSpan.FromMinutes(15));
            if (scope.Service != "sts" || !IsHostOf(account, url, scope.Region))
            {
                return Failure(new AwsException("SignatureDoesNotMatch", $"Credential should be scoped to a valid region and to service sts at {url.Authority}.", 403));
            }

            if (request.QueryValue("Action") != "GetCallerIdentity")
            {
                return Failure(new AwsException("InvalidAction", $"Could not find operation {request.QueryValue("Action")}."));
            }

            var caller = scope.Key.Principal;
            var body = new JsonObject
            {
                ["GetCallerIdentityResponse"] = new JsonObject
                {
                    ["GetCallerIdentityResult"] = new JsonObject { ["Account"] = account.Id, ["Arn"] = caller.Arn, ["UserId"] = caller.UserId },
                    ["ResponseMetadata"] = new JsonObject { ["RequestId"] = Guid.NewGuid().ToString() },
                },
            };
            return new CallerIdentityReply((int)HttpStatusCode.OK, account.Id, caller.Arn, caller.UserId, body.ToJsonString());
        }
        catch (AuthenticationError error)
        {
            return Failure(error.For("sts"));
        }
    }

    private static bool IsHostOf(AwsAccount account, Uri url, string region)
    {
        if (account.Endpoint is { } own && url.Authority == own.Authority)
        {
            return true;
        }

        var suffix = Region.Find(region)!.DnsSuffix;
        return url.Host == $"sts.{region}.{suffix}" || url.Host == $"sts-fips.{region}.{suffix}"
            || url.Host == $"sts.{region}.{(account.Partition == "aws-cn" ? "api.amazonwebservices.com.cn" : "api.aws")}"
            || (url.Host == "sts.amazonaws.com" && account.Partition == "aws" && region == "us-east-1");
    }

    private static CallerIdentityReply Failure(AwsException error) =>
        new(error.Status, null, null, null, new JsonObject { ["Error"] = new JsonObject { ["Code"] = error.Code, ["Message"] = error.Message, ["Type"] = "Sender" }, ["RequestId"] = Guid.NewGuid().ToString() }.ToJsonString());
}
