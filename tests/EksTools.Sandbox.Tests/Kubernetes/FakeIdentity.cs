using System.Text;
using EksTools.Sandbox.Kubernetes;

namespace EksTools.Sandbox.Tests.Kubernetes;

/// <summary>An account in which the access key in a token is the principal's name.</summary>
internal sealed class FakeIdentity : IClusterIdentity
{
    public const string Account = "111122223333";

    public string AuthenticationMode { get; set; } = "API_AND_CONFIG_MAP";

    public string Partition { get; set; } = "aws";

    public List<AccessEntry> Entries { get; } = [Entry("arn:aws:iam::111122223333:user/admin", "admin", policies: Policy("AmazonEKSClusterAdminPolicy"))];

    public IReadOnlyList<AccessEntry> AccessEntries => Entries;

    /// <summary>ARN and user id by access key id; an unknown key is an IAM user of that name.</summary>
    public Dictionary<string, (string Arn, string UserId)> Principals { get; } = [];

    public Dictionary<string, string> Instances { get; } = [];

    public Func<CallerIdentityReply>? Override { get; set; }

    public int Calls { get; private set; }

    public string? LastClusterId { get; private set; }

    public Task<CallerIdentityReply> GetCallerIdentityAsync(Uri presignedUrl, string clusterId, CancellationToken cancellationToken)
    {
        Calls++;
        LastClusterId = clusterId;
        if (Override is { } reply)
        {
            return Task.FromResult(reply());
        }

        var key = Uri.UnescapeDataString(presignedUrl.Query.TrimStart('?').Split('&').First(p => p.StartsWith("X-Amz-Credential=", StringComparison.Ordinal))["X-Amz-Credential=".Length..]).Split('/')[0];
        var (arn, id) = Principals.TryGetValue(key, out var known) ? known : ($"arn:aws:iam::{Account}:user/{key}", "AIDA" + key.ToUpperInvariant());
        return Task.FromResult(new CallerIdentityReply(200, Account, arn, id, "{}"));
    }

    public string? FindPrivateDnsName(string instanceId) => Instances.GetValueOrDefault(instanceId);

    public static AccessEntry Entry(string arn, string username, string[]? groups = null, string type = "STANDARD", params AccessPolicyAssociation[] policies) => new(arn, type, username, groups ?? [], policies);

    public static AccessPolicyAssociation Policy(string name, params string[] namespaces) =>
        new("arn:aws:eks::aws:cluster-access-policy/" + name, namespaces.Length == 0 ? "cluster" : "namespace", namespaces);

    public static string Token(string principal = "admin", DateTimeOffset? at = null, string? url = null)
    {
        var date = (at ?? DateTimeOffset.UtcNow).UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        url ??= $"https://sts.us-west-2.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={principal}%2F20260102%2Fus-west-2%2Fsts%2Faws4_request&X-Amz-Date={date}&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature=00";
        return "k8s-aws-v1." + Convert.ToBase64String(Encoding.UTF8.GetBytes(url)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }
}
