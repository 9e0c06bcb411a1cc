using EksTools.Access;
using EksTools.Clusters;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Access.Reviews;

namespace EksTools.Core.Tests.Access.Reviews;

/// <summary>Clusters to judge.</summary>
internal static class Samples
{
    public const string Account = "111122223333";

    public static string Role(string name, string partition = "aws", string account = Account) => $"arn:{partition}:iam::{account}:role/{name}";

    public static string User(string name) => $"arn:aws:iam::{Account}:user/{name}";

    public static string Policy(string name, string partition = "aws") => $"arn:{partition}:eks::aws:cluster-access-policy/{name}";

    /// <summary>A row of mapRoles or mapUsers.</summary>
    public static string Row(string arn, string username, params string[] groups) =>
        $"- {(arn.Contains(":user/", StringComparison.Ordinal) ? "userarn" : "rolearn")}: {arn}\n  username: {username}\n{(groups.Length == 0 ? string.Empty : $"  groups:\n{string.Concat(groups.Select(static group => $"  - {group}\n"))}")}";

    public static string NodeRow(string arn) => Row(arn, "system:node:{{EC2PrivateDNSName}}", "system:bootstrappers", "system:nodes");

    public static ClusterAccess Cluster(string? roles = null, string? users = null, string? accounts = null, string mode = ClusterAccess.BothMode, string region = "us-west-2", params EksIamMapping[] entries)
    {
        Dictionary<string, string> data = [];
        foreach ((string key, string? text) in new[] { (AwsAuthMap.MapRoles, roles), (AwsAuthMap.MapUsers, users), (AwsAuthMap.MapAccounts, accounts) })
        {
            if (text is not null)
            {
                data[key] = text;
            }
        }

        return Cluster(data, mode, region, entries);
    }

    public static ClusterAccess Cluster(Dictionary<string, string> data, string mode = ClusterAccess.BothMode, string region = "us-west-2", params EksIamMapping[] entries) => new()
    {
        Cluster = new EksCluster { Name = "demo", Region = region, Arn = $"arn:aws:eks:{region}:{Account}:cluster/demo", Status = "ACTIVE" },
        AuthenticationMode = mode,
        Entries = entries,
        ConfigMap = AwsAuthMap.Parse(data),
    };

    public static EksIamMapping Entry(string arn, string type = "STANDARD", string? username = null, string[]? groups = null, params EksAccessPolicyScope[] policies) => new()
    {
        ClusterName = "demo",
        Region = "us-west-2",
        Source = EksIamMappingSource.AccessEntry,
        Kind = IamPrincipal.Parse(arn)!.Kind,
        PrincipalArn = arn,
        Type = type,
        Username = username ?? "arn:aws:sts::111122223333:assumed-role/X/{{SessionName}}",
        Groups = groups ?? [],
        AccessPolicies = policies,
        CreatedAt = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero),
    };

    public static EksAccessPolicyScope Scope(string name, params string[] namespaces) => new() { PolicyArn = Policy(name), Namespaces = namespaces };

    /// <summary>Facts where IAM has these principals, and no others.</summary>
    public static AccessFacts Facts(string[] there, string[]? missing = null, string partition = "aws", params BoundRole[] bindings) => new()
    {
        AccountId = Account,
        Partition = partition,
        Principals = there.Select(arn => (arn, fact: new PrincipalFact(arn, new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), true)))
            .Concat((missing ?? []).Select(static arn => (arn, fact: PrincipalFact.Missing)))
            .ToDictionary(static pair => IamPrincipal.Parse(pair.arn)!.Key, static pair => pair.fact),
        NodeRoles = [],
        Bindings = new BindingFacts(bindings, new HashSet<string>()),
        AccessPolicies = new[] { "AmazonEKSClusterAdminPolicy", "AmazonEKSAdminPolicy", "AmazonEKSEditPolicy", "AmazonEKSViewPolicy" }.ToDictionary(static name => name, name => Policy(name, partition)),
    };

    public static BoundRole Bound(string group, string role, string? space = null) => new(group, true, role, true, space, $"{group}-{role}");
}
