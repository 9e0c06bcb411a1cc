using EksTools.Clusters;

namespace EksTools.Core.Clusters.Configuration.Live;

/// <summary>A cluster that runs, in the words of a file.</summary>
/// <param name="Request">What New-EksCluster would have to be asked for to make it.</param>
/// <param name="Region">Its region.</param>
/// <param name="Network">The network that it stands in; null where EksTools made it.</param>
/// <param name="Notes">What the request does not say of it.</param>
internal sealed record LiveCluster(NewClusterRequest Request, string Region, ClusterFileNetwork? Network, IReadOnlyList<LiveNote> Notes)
{
    /// <summary>EksTools made it, and with it the OpenID Connect provider.</summary>
    public bool IsOurs { get; init; }

    /// <summary>The add-ons that New-EksCluster would make without being asked, with their versions.</summary>
    public IReadOnlyList<string> DefaultAddons { get; init; } = [];

    /// <summary>The add-ons that are there, by name, with their versions.</summary>
    public IReadOnlyDictionary<string, string> AddonVersions { get; init; } = new Dictionary<string, string>();

    /// <summary>The roles that add-ons have, ours too, by the add-on's name.</summary>
    public IReadOnlyDictionary<string, string> AddonRoles { get; init; } = new Dictionary<string, string>();

    /// <summary>The ARNs of node groups and Fargate profiles, by their place in a file.</summary>
    public IReadOnlyDictionary<string, string> Arns { get; init; } = new Dictionary<string, string>();

    /// <summary>The role of a Fargate profile that is there; null where there is none.</summary>
    public string? FargateRole { get; init; }

    /// <summary>The private subnets that the cluster's pods stand in.</summary>
    public IReadOnlyList<string> PrivateSubnets { get; init; } = [];

    /// <summary>AWS tells nothing of these fields, or not to us: a comparison passes them over.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];
}

/// <summary>Something of a cluster that a file cannot say.</summary>
/// <param name="Sentence">What it is.</param>
/// <param name="Command">The command that makes it; null where none does.</param>
internal sealed record LiveNote(string Sentence, string? Command = null);
