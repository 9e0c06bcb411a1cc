using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Authorization;
using EksTools.Sandbox.Eks;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.ServiceAccounts;
using EksTools.Sandbox.Protocols;
using EksTools.Sandbox.Sts;
using Microsoft.IdentityModel.JsonWebTokens;

namespace EksTools.Sandbox.EksAuth;

/// <summary>EKS Auth, which the Pod Identity agent of a node asks for the credentials of a pod.</summary>
internal static partial class EksAuthService
{
    /// <summary>The signing name.</summary>
    public const string Name = "eks-auth";

    private const string Operation = "AssumeRoleForPodIdentity";
    private const string Audience = "pods.eks.amazonaws.com";

    public static IReadOnlyList<JsonRoute> Routes { get; } = [new(Operation, "POST", "/clusters/{clusterName}/assume-role-for-pod-identity", AssumeRole)];

    /// <summary>What the caller must be allowed: AmazonEKSWorkerNodePolicy does, which is how node roles come by it.</summary>
    public static IEnumerable<AccessCheck> Needs(AwsCall call) => [new AccessCheck($"{Name}:{Operation}", call.Account.Arn("eks", call.Region, $"cluster/{call.Path["clusterName"]}"))];

    private static JsonObject AssumeRole(AwsCall call)
    {
        var (name, text) = (call.Path["clusterName"], call.Body.String("token") ?? "");
        if (name.Length > 100 || !ClusterName().IsMatch(name))
        {
            throw new AwsException("InvalidParameterException", $"clusterName: '{name}' is not the name of a cluster.");
        }

        if (!Token().IsMatch(text))
        {
            throw new AwsException("InvalidParameterException", "token: it must be a service account token of three parts.");
        }

        var eks = call.Eks();
        var cluster = eks.Clusters.GetValueOrDefault(name) ?? throw NotFound($"No cluster found for name: {name}.");
        var (space, account, pod) = Verify(call, cluster, text);
        var association = cluster.PodIdentityAssociations.Values.FirstOrDefault(one => one.Namespace == space && one.ServiceAccount == account)
            ?? throw NotFound($"No association found for service account {account} in namespace {space} of cluster {name}.");
        return Write(association, PodIdentitySession.Begin(call, cluster, association, pod));
    }

    private static (string Namespace, string ServiceAccount, JsonObject Pod) Verify(AwsCall call, Cluster cluster, string text)
    {
        var token = TokenIssuer.Read(text) ?? throw Invalid("The token included in the request is not a JSON Web Token.");
        if (token.Issuer != cluster.OidcIssuer)
        {
            throw Invalid($"The token included in the request is not of cluster {cluster.Name}: its issuer is {token.Issuer}.");
        }

        if (!cluster.TokenIssuer.HasSigned(token))
        {
            throw Invalid("The signature of the token included in the request is not valid.");
        }

        if (!token.Audiences.Contains(Audience))
        {
            throw Invalid($"The audience of the token included in the request is not {Audience}.");
        }

        CheckDates(call, token);
        var claims = TokenIssuer.Claim(token, "kubernetes.io") as JsonObject ?? [];
        return (claims.Text("namespace"), claims.Text("serviceaccount", "name"), claims.Object("pod")) is ({ } space, { } account, { } pod) ? (space, account, pod)
            : throw Invalid("The token included in the request is not bound to a pod.");
    }

    private static void CheckDates(AwsCall call, JsonWebToken token)
    {
        var now = call.Now.UtcDateTime;
        if (token.ValidTo <= now)
        {
            throw new AwsException("ExpiredTokenException", $"The token included in the request is expired: current date/time {now:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} must be before the expiration date/time {token.ValidTo:yyyy-MM-dd'T'HH:mm:ss'Z'}");
        }

        if (token.ValidFrom > now || token.IssuedAt > now)
        {
            throw Invalid("The token included in the request is not valid yet.");
        }
    }

    private static JsonObject Write(PodIdentityAssociation association, AccessKey key) => new()
    {
        ["subject"] = new JsonObject { ["namespace"] = association.Namespace, ["serviceAccount"] = association.ServiceAccount },
        ["audience"] = Audience,
        ["podIdentityAssociation"] = new JsonObject { ["associationArn"] = association.Arn, ["associationId"] = association.Id },
        ["assumedRoleUser"] = new JsonObject { ["arn"] = key.Principal.Arn, ["assumeRoleId"] = key.Principal.UserId },
        ["credentials"] = new JsonObject { ["sessionToken"] = key.SessionToken, ["secretAccessKey"] = key.Secret, ["accessKeyId"] = key.Id, ["expiration"] = JsonMembers.Time(key.Expires!.Value) },
    };

    private static AwsException Invalid(string message) => new("InvalidTokenException", message);

    private static AwsException NotFound(string message) => new("ResourceNotFoundException", message, 404);

    [GeneratedRegex("^[0-9A-Za-z][A-Za-z0-9_-]*$")]
    private static partial Regex ClusterName();

    [GeneratedRegex(@"^[A-Za-z0-9_=-]+\.[A-Za-z0-9_=-]+\.[A-Za-z0-9_=-]+$")]
    private static partial Regex Token();
}
