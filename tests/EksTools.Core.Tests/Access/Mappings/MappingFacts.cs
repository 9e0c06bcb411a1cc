using EksTools.Access;
using EksTools.Clusters;
using EksTools.Core.Access.Mappings;

namespace EksTools.Core.Tests.Access.Mappings;

/// <summary>Clusters and mappings to test with.</summary>
internal static class MappingFacts
{
    public static string Role(string name) => $"arn:aws:iam::111122223333:role/{name}";

    public static IamPrincipal Principal(string name) => IamPrincipal.Parse(Role(name))!;

    public static ClusterAccess Letting(string mode = ClusterAccess.BothMode, string? mapRoles = null, params EksIamMapping[] entries) => new()
    {
        Cluster = new EksCluster { Name = "demo", Region = "us-west-2", Arn = "arn:aws:eks:us-west-2:111122223333:cluster/demo", Status = "ACTIVE" },
        AuthenticationMode = mode,
        ConfigMap = mapRoles is null ? null : AwsAuthMap.Parse(new Dictionary<string, string> { [AwsAuthMap.MapRoles] = mapRoles }),
        Entries = entries,
    };

    public static EksIamMapping Entry(string name, string type = "STANDARD", string? policy = null, params string[] namespaces) => new()
    {
        ClusterName = "demo",
        Region = "us-west-2",
        Source = EksIamMappingSource.AccessEntry,
        Kind = EksIamPrincipalKind.Role,
        PrincipalArn = Role(name),
        Username = "someone",
        Type = type,
        AccessPolicies = policy is null ? [] : [new EksAccessPolicyScope { PolicyArn = $"arn:aws:eks::aws:cluster-access-policy/{policy}", Namespaces = namespaces }],
    };

    public static string Row(string name, string username = "u", params string[] groups) =>
        $"- rolearn: {Role(name)}\n  username: \"{username}\"\n{(groups.Length == 0 ? string.Empty : $"  groups:\n{string.Concat(groups.Select(static group => $"  - {group}\n"))}")}";
}
