using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes;
using static EksTools.Sandbox.Eks.JsonMembers;

namespace EksTools.Sandbox.Eks;

/// <summary>An access policy of an entry.</summary>
internal sealed record PolicyState(string Arn, string ScopeType, IReadOnlyList<string> Namespaces, DateTimeOffset Associated, DateTimeOffset Modified)
{
    public JsonObject Write() => new()
    {
        ["policyArn"] = Arn,
        ["accessScope"] = new JsonObject { ["type"] = ScopeType, ["namespaces"] = Namespaces.ToJson() },
        ["associatedAt"] = Time(Associated),
        ["modifiedAt"] = Time(Modified),
    };
}

/// <summary>An access entry.</summary>
internal sealed class AccessEntryState(Cluster cluster, string principalArn, string type)
{
    private readonly Guid _id = Guid.NewGuid();

    // Whoever gets the name when this principal is gone is another.
    private readonly string? _principalId = cluster.Eks.Account.Iam.FindPrincipalId(principalArn);

    public string PrincipalArn { get; } = principalArn;
    public string Type { get; } = type;
    public required string Username { get; set; }
    public List<string> Groups { get; set; } = [];
    public Dictionary<string, string> Tags { get; init; } = [];
    public SortedDictionary<string, PolicyState> Policies { get; } = new(StringComparer.Ordinal);
    public DateTimeOffset Created { get; } = cluster.Eks.Account.Now;
    public DateTimeOffset Modified { get; set; } = cluster.Eks.Account.Now;

    /// <summary>Whether EKS made it for a node role and takes it away again.</summary>
    public bool IsForNodes { get; init; }

    public string Arn => cluster.Eks.Account.Arn("eks", cluster.Eks.Region.Name, $"access-entry/{cluster.Name}/{(PrincipalArn.Contains(":user/", StringComparison.Ordinal) ? "user" : "role")}/{cluster.Eks.Account.Id}/{PrincipalArn[(PrincipalArn.LastIndexOf('/') + 1)..]}/{_id}");

    /// <summary>The entry as the cluster's door reads it.</summary>
    public AccessEntry ToAccessEntry() => new(PrincipalArn, Type, Username, [.. Groups], [.. Policies.Values.Select(policy => new AccessPolicyAssociation(policy.Arn, policy.ScopeType, policy.Namespaces))], _principalId);

    /// <summary>The entry as DescribeAccessEntry answers it.</summary>
    public JsonObject Write() => new()
    {
        ["clusterName"] = cluster.Name,
        ["principalArn"] = PrincipalArn,
        ["kubernetesGroups"] = Groups.ToJson(),
        ["accessEntryArn"] = Arn,
        ["createdAt"] = Time(Created),
        ["modifiedAt"] = Time(Modified),
        ["tags"] = Tags.ToJson(),
        ["username"] = Username,
        ["type"] = Type,
    };
}
