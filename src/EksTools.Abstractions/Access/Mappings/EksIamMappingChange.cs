using EksTools.Errors;

namespace EksTools.Access;

/// <summary>What became of a mapping.</summary>
public enum EksIamMappingChangeKind
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>It was there and is another now.</summary>
    Updated,

    /// <summary>It was there already as it was wanted.</summary>
    Unchanged,

    /// <summary>It is gone.</summary>
    Removed,
}

/// <summary>A change of one mapping. It carries the mapping itself, as it is now or as it last was, so that it pipes to where a mapping does.</summary>
public sealed record EksIamMappingChange
{
    /// <summary>The cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The cluster's region.</summary>
    public required string Region { get; init; }

    /// <summary>Added, Updated, Unchanged or Removed.</summary>
    public required EksIamMappingChangeKind Change { get; init; }

    /// <summary>The mapping before; null when it is new.</summary>
    public EksIamMapping? Before { get; init; }

    /// <summary>The mapping now; null when it is gone.</summary>
    public EksIamMapping? After { get; init; }

    /// <summary>What a reader should know of how it came about, such as a path that was taken from an ARN.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>Where the mapping stands.</summary>
    public EksIamMappingSource Source => Mapping.Source;

    /// <summary>Role, user or account.</summary>
    public EksIamPrincipalKind Kind => Mapping.Kind;

    /// <summary>The principal; null for an account.</summary>
    public string? PrincipalArn => Mapping.PrincipalArn;

    /// <summary>The account of a mapAccounts row; null for roles and users.</summary>
    public string? AccountId => Mapping.AccountId;

    /// <summary>The Kubernetes username.</summary>
    public string? Username => Mapping.Username;

    /// <summary>The Kubernetes groups.</summary>
    public IReadOnlyList<string> Groups => Mapping.Groups;

    /// <summary>The access policies.</summary>
    public IReadOnlyList<EksAccessPolicyScope> AccessPolicies => Mapping.AccessPolicies;

    /// <summary>The type of an access entry; null for a row of aws-auth.</summary>
    public string? Type => Mapping.Type;

    private EksIamMapping Mapping => After ?? Before!;

    /// <summary>The principal.</summary>
    public override string ToString() => Mapping.ToString();
}

/// <summary>Mappings as they were found.</summary>
/// <param name="Mappings">In the order in which the authenticator asks them.</param>
/// <param name="Warnings">What could not be read, and why.</param>
public sealed record EksIamMappingList(IReadOnlyList<EksIamMapping> Mappings, IReadOnlyList<string> Warnings);

/// <summary>What became of a set of mappings in one cluster.</summary>
/// <param name="Changes">What was changed, and what was right already.</param>
/// <param name="Errors">What was not done, one for each principal.</param>
public sealed record EksIamMappingOutcome(IReadOnlyList<EksIamMappingChange> Changes, IReadOnlyList<EksToolsException> Errors);

/// <summary>A former text of aws-auth, and what bringing it back changes.</summary>
public sealed record EksIamMappingUndo
{
    /// <summary>The cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The cluster's region.</summary>
    public required string Region { get; init; }

    /// <summary>When the write was made that is undone, in UTC.</summary>
    public required DateTimeOffset WrittenAt { get; init; }

    /// <summary>The ARN of who made it.</summary>
    public required string WrittenBy { get; init; }

    /// <summary>What it was, in a line.</summary>
    public required string Action { get; init; }

    /// <summary>Whether somebody else has written aws-auth since; bringing the former text back takes that away too.</summary>
    public bool ChangedSince { get; init; }

    /// <summary>What becomes of the mappings.</summary>
    public IReadOnlyList<EksIamMappingChange> Changes { get; init; } = [];

    /// <summary>The lines that go (-) and come (+), with the lines around them.</summary>
    public required string Diff { get; init; }
}
