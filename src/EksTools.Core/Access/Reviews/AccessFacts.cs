using EksTools.Core.Nodes;

namespace EksTools.Core.Access.Reviews;

/// <summary>What IAM says of a principal.</summary>
/// <param name="Arn">Its ARN with its path; null when IAM knows none of that name, or could not be asked.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Exists">Null when IAM could not be asked: it is of another account, or IAM denied.</param>
internal sealed record PrincipalFact(string? Arn, DateTimeOffset? CreatedAt, bool? Exists)
{
    public static PrincipalFact Unknown { get; } = new(null, null, null);

    public static PrincipalFact Missing { get; } = new(null, null, false);
}

/// <summary>What there is in the account and in Kubernetes that a cluster's mappings can be held against. Null: it could not be found out.</summary>
internal sealed record AccessFacts
{
    /// <summary>The cluster's account.</summary>
    public required string AccountId { get; init; }

    /// <summary>The cluster's partition.</summary>
    public required string Partition { get; init; }

    /// <summary>Who asks: the ARN of his role or user; null when he is neither.</summary>
    public string? Caller { get; init; }

    /// <summary>Principals by the key of <see cref="Mappings.IamPrincipal"/>; who is missing was not asked about.</summary>
    public IReadOnlyDictionary<string, PrincipalFact> Principals { get; init; } = new Dictionary<string, PrincipalFact>();

    /// <summary>The roles of node groups, Fargate profiles and instances.</summary>
    public IReadOnlyList<NodeRole>? NodeRoles { get; init; }

    /// <summary>The role bindings.</summary>
    public BindingFacts? Bindings { get; init; }

    /// <summary>The ARNs of the access policies that EKS offers, by name.</summary>
    public IReadOnlyDictionary<string, string>? AccessPolicies { get; init; }

    /// <summary>What could not be found out and why, each a sentence.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>A binding of a role to a group or user of Kubernetes.</summary>
/// <param name="Subject">The group's or user's name.</param>
/// <param name="IsGroup">False for a user.</param>
/// <param name="Role">The role's name.</param>
/// <param name="IsClusterRole">False for a Role of the namespace.</param>
/// <param name="Namespace">Where it holds; null for the whole cluster.</param>
/// <param name="Name">The binding's name.</param>
internal sealed record BoundRole(string Subject, bool IsGroup, string Role, bool IsClusterRole, string? Namespace, string Name);

/// <summary>The role bindings of a cluster, and whether its built-in roles are those that EKS's access policies stand for.</summary>
/// <param name="Bindings">Every binding of a group or user.</param>
/// <param name="Extended">The built-in roles (admin, edit, view) that others have added rules to.</param>
internal sealed record BindingFacts(IReadOnlyList<BoundRole> Bindings, IReadOnlySet<string> Extended);
