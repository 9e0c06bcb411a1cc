using System.Globalization;
using Amazon.EKS.Model;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Networking;
using EksTools.Core.Nodes;
using EksTools.Errors;

namespace EksTools.Core.Clusters;

/// <summary>
/// The parameters of a cluster as short texts: what the caller said, what the cluster's role is tagged with from an earlier run, and defaults,
/// in this order. A caller who says otherwise than the tags means another cluster.
/// </summary>
internal sealed class ClusterParameters(ClusterIdentity identity, NewClusterRequest request, IReadOnlyDictionary<string, string> roleTags)
{
    private const string Prefix = "ekstools:";
    private const string Version = "kubernetes-version", VpcCidr = "vpc-cidr", Nat = "nat-gateway", Subnets = "subnets", Zones = "zones";
    private const string Endpoint = "endpoint-access", Logs = "log-types", Authentication = "authentication-mode";
    private const string NodeGroup = "node-group", NodeType = "node-type", NodeCount = "node-count", NodeDisk = "node-disk-size", Capacity = "capacity-type";
    private const string None = "none";

    /// <summary>The tag of the cluster role that tells which logs the control plane sends.</summary>
    public const string LogTypesTag = Prefix + Logs;

    // A comma is no character of an IAM tag.
    private const char Separator = ' ';

    // What a user calls them.
    private static readonly Dictionary<string, string> Parameters = new(StringComparer.Ordinal)
    {
        [Version] = "-KubernetesVersion", [VpcCidr] = "-VpcCidr", [Nat] = "-NatGateway", [Subnets] = "-SubnetId", [Endpoint] = "-EndpointAccess", [Logs] = "-LogType",
        [Authentication] = "-AuthenticationMode", [NodeGroup] = "the node group", [NodeType] = "-NodeType", [NodeCount] = "-NodeCount, -MinNodes, -MaxNodes",
        [NodeDisk] = "-NodeDiskSize", [Capacity] = "the capacity type",
    };

    private readonly Dictionary<string, string> said = Read(request);

    /// <summary>Settles every parameter.</summary>
    /// <exception cref="EksToolsException">The caller says otherwise than the tags, or AWS offers no such version, type or zone.</exception>
    public async Task<ClusterSpecification> SettleAsync(AwsAccount account, CancellationToken cancellationToken)
    {
        RequireSame();
        string nodeGroup = Settle(NodeGroup, ClusterIdentity.DefaultNodeGroup);
        bool nodes = nodeGroup != None;
        string[] counts = Settle(NodeCount, "2 2 2").Split(Separator);
        NodeGroupSpecification? group = !nodes ? null : new NodeGroupSpecification(
            Settle(NodeType, "m5.large"),
            Number(counts[0]),
            Number(counts[1]),
            Number(counts[2]),
            Number(Settle(NodeDisk, "80")),
            Settle(Capacity, "ON_DEMAND") == "SPOT");
        string[] subnets = Split(Settle(Subnets, string.Empty));
        bool ownVpc = subnets.Length == 0;
        IReadOnlyList<string> zones = ownVpc ? Split(Known(Zones) ?? string.Empty) : [];
        if (ownVpc && zones.Count == 0)
        {
            zones = await ZoneSelection.ChooseAsync(account, group?.InstanceType, cancellationToken);
        }

        IReadOnlyList<string> nodeSubnets = ownVpc ? [] : await ExistingSubnets.ChooseForNodesAsync(account, subnets, group?.InstanceType, cancellationToken);
        ClusterSpecification specification = new()
        {
            Identity = identity,
            KubernetesVersion = await SettleVersionAsync(account, cancellationToken),
            VpcCidr = ownVpc ? SubnetPlan.ParseVpc(Settle(VpcCidr, "192.168.0.0/16")) : null,
            NatGateway = ownVpc ? Enum.Parse<NatGatewayMode>(Settle(Nat, nameof(NatGatewayMode.Single))) : NatGatewayMode.None,
            SubnetIds = subnets,
            NodeSubnetIds = nodeSubnets,
            AmiType = group is null ? null : await AmiTypes.ForAsync(account, group.InstanceType, cancellationToken),
            Zones = zones,
            EndpointAccess = Enum.Parse<EndpointAccessMode>(Settle(Endpoint, nameof(EndpointAccessMode.Public))),
            LogTypes = Split(Settle(Logs, string.Empty)),
            AuthenticationMode = Settle(Authentication, "API_AND_CONFIG_MAP"),
            NodeGroup = group,
            UserTags = request.ResourceTags,
            Recorded = new Dictionary<string, string>(),
        };
        return specification with { Recorded = Record(specification) };
    }

    /// <summary>The parameters that tags on a role hold.</summary>
    private static Dictionary<string, string> Record(ClusterSpecification specification)
    {
        Dictionary<string, string> tags = new(StringComparer.Ordinal)
        {
            [Prefix + Version] = specification.KubernetesVersion,
            [Prefix + Endpoint] = $"{specification.EndpointAccess}",
            [Prefix + Logs] = string.Join(Separator, specification.LogTypes),
            [Prefix + Authentication] = specification.AuthenticationMode,
            [Prefix + NodeGroup] = specification.NodeGroup is null ? None : ClusterIdentity.DefaultNodeGroup,
            [Prefix + Subnets] = string.Join(Separator, specification.SubnetIds),
        };
        if (specification.VpcCidr is { } vpc)
        {
            tags[Prefix + VpcCidr] = vpc.ToString();
            tags[Prefix + Nat] = $"{specification.NatGateway}";
            tags[Prefix + Zones] = string.Join(Separator, specification.Zones);
        }

        if (specification.NodeGroup is { } group)
        {
            tags[Prefix + NodeType] = group.InstanceType;
            tags[Prefix + NodeCount] = string.Create(CultureInfo.InvariantCulture, $"{group.Desired} {group.Min} {group.Max}");
            tags[Prefix + NodeDisk] = group.DiskSize.ToString(CultureInfo.InvariantCulture);
            tags[Prefix + Capacity] = group.Spot ? "SPOT" : "ON_DEMAND";
        }

        return tags;
    }

    private static Dictionary<string, string> Read(NewClusterRequest request)
    {
        Dictionary<string, string> said = new(StringComparer.Ordinal);
        Say(Version, request.KubernetesVersion);
        Say(VpcCidr, request.VpcCidr);
        Say(Nat, request.NatGateway?.ToString());
        Say(Subnets, request.SubnetId.Count == 0 ? null : string.Join(Separator, request.SubnetId.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)));
        Say(Endpoint, request.EndpointAccess?.ToString());
        Say(Logs, request.LogType.Count == 0 ? null : string.Join(Separator, ClusterRequestRules.LogTypes.Where(type => request.LogType.Contains(type, StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)));
        Say(Authentication, request.AuthenticationMode?.ToUpperInvariant());
        Say(NodeGroup, request.NoNodeGroup ? None : null);
        Say(NodeType, request.NodeType);
        Say(NodeDisk, request.NodeDiskSize?.ToString(CultureInfo.InvariantCulture));
        Say(Capacity, request.Spot ? "SPOT" : null);
        if (request.NodeCount is not null || request.MinNodes is not null || request.MaxNodes is not null)
        {
            (int desired, int min, int max) = ClusterRequestRules.NodeCounts(request);
            Say(NodeCount, string.Create(CultureInfo.InvariantCulture, $"{desired} {min} {max}"));
        }

        return said;

        void Say(string key, string? value)
        {
            if (value is not null)
            {
                said[key] = value;
            }
        }
    }

    private void RequireSame()
    {
        string[] differences = [.. said.Where(IsOther).Select(pair => $"{Parameters[pair.Key]} is '{roleTags.GetValueOrDefault(Prefix + pair.Key, None)}', not '{pair.Value}'"), .. TagDifferences()];
        if (differences.Length > 0)
        {
            throw new EksToolsException(
                EksErrorKind.Conflict,
                "ClusterParametersDiffer",
                $"Cluster {identity.Name} in {identity.Region} was begun with other parameters: {string.Join("; ", differences)}.",
                identity.Name,
                "Run the command without them to continue what was begun, remove the cluster first, or choose another name.");
        }
    }

    /// <summary>Whether what the caller said is not what the cluster was begun with: otherwise recorded, or of a part that it was begun without.</summary>
    private bool IsOther(KeyValuePair<string, string> pair)
    {
        if (roleTags.Count == 0)
        {
            return false;
        }

        if (pair.Key == NodeCount && roleTags.TryGetValue(Prefix + NodeCount, out string? counts))
        {
            string[] recorded = counts.Split(Separator);
            int?[] wanted = [request.NodeCount, request.MinNodes, request.MaxNodes];
            return wanted.Where((count, index) => count is not null && count != Number(recorded[index])).Any();
        }

        return roleTags.TryGetValue(Prefix + pair.Key, out string? value) ? value != pair.Value : pair.Key is NodeType or NodeCount or NodeDisk or Capacity or VpcCidr or Nat;
    }

    private IEnumerable<string> TagDifferences() => roleTags.Count == 0
        ? []
        : request.ResourceTags.Where(tag => roleTags.GetValueOrDefault(tag.Key) != tag.Value).Select(tag => $"-Tag {tag.Key} is '{roleTags.GetValueOrDefault(tag.Key, None)}', not '{tag.Value}'");

    private async Task<string> SettleVersionAsync(AwsAccount account, CancellationToken cancellationToken)
    {
        if (!said.ContainsKey(Version) && Known(Version) is { } recorded)
        {
            return recorded;
        }

        List<ClusterVersionInformation> offered = [];
        await foreach (ClusterVersionInformation version in account.Eks.Paginators.DescribeClusterVersions(new DescribeClusterVersionsRequest()).ClusterVersions.WithCancellation(cancellationToken))
        {
            offered.Add(version);
        }

        if (Known(Version) is { } wanted)
        {
            return offered.Any(version => version.ClusterVersion == wanted) ? wanted : throw new EksToolsException(
                EksErrorKind.Validation,
                "KubernetesVersionNotOffered",
                $"EKS does not offer Kubernetes {wanted} in {account.Region}.",
                "KubernetesVersion",
                $"It offers {string.Join(", ", offered.Select(static version => version.ClusterVersion))}.");
        }

        return (offered.FirstOrDefault(static version => version.DefaultVersion == true) ?? offered.FirstOrDefault())?.ClusterVersion
            ?? throw new EksToolsException(EksErrorKind.Service, "NoKubernetesVersion", $"EKS named no Kubernetes version for {account.Region}.", "KubernetesVersion", "Say -KubernetesVersion.");
    }

    private string? Known(string key) => said.GetValueOrDefault(key) ?? roleTags.GetValueOrDefault(Prefix + key);

    private string Settle(string key, string fallback) => Known(key) ?? fallback;

    private static string[] Split(string text) => text.Split(Separator, StringSplitOptions.RemoveEmptyEntries);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
