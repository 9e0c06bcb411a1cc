namespace EksTools.Nodes;

/// <summary>A Fargate profile that is to be.</summary>
public sealed record FargateProfileOptions
{
    /// <summary>The profile's name.</summary>
    public required string Name { get; init; }

    /// <summary>Which pods run on Fargate: one to five selectors.</summary>
    public IReadOnlyList<FargateSelector> Selector { get; init; } = [];

    /// <summary>Private subnets of its pods; the cluster's when empty.</summary>
    public IReadOnlyList<string> SubnetId { get; init; } = [];

    /// <summary>The role by which Fargate pulls images and joins pods; one is made when null.</summary>
    public string? PodExecutionRoleArn { get; init; }

    /// <summary>Tags besides the cluster's.</summary>
    public IReadOnlyDictionary<string, string> ResourceTags { get; init; } = new Dictionary<string, string>();
}

/// <summary>Which pods run on Fargate.</summary>
public sealed record FargateSelector
{
    /// <summary>The pods' namespace; <c>*</c> and <c>?</c> stand for others.</summary>
    public required string Namespace { get; init; }

    /// <summary>Labels that the pods have; any when empty. Five at most.</summary>
    public IReadOnlyDictionary<string, string> Label { get; init; } = new Dictionary<string, string>();
}
