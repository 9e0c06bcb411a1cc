using EksTools.ClusterAddons;
using EksTools.Clusters;
using EksTools.Core.Access.Mappings.Changes;
using EksTools.Core.Clusters.Configuration.Live;
using EksTools.Core.Findings;
using EksTools.Core.Nodes;
using EksTools.Nodes;

namespace EksTools.Core.Clusters.Configuration;

/// <summary>What brings a cluster to what its file says: a command, or words where none does.</summary>
/// <param name="Command">The command; null where none does.</param>
/// <param name="Advice">What to do besides, or instead; null where the command is all.</param>
internal sealed record ClusterFix(string? Command, string? Advice = null);

/// <summary>Finds the fix of each difference. What changes a node group or an add-on is one command for all its differences: EKS takes one update of it at a time.</summary>
internal sealed class ClusterFixes(ClusterFile file, LiveCluster live, IReadOnlyCollection<string> differing, bool countsDesired, string? profile)
{
    // Set-EksCluster's parameters, which are those of New-EksCluster.
    private static readonly Dictionary<string, string> Parameters = new(StringComparer.Ordinal)
    {
        ["vpc.controlPlaneSecurityGroupIDs"] = "SecurityGroupId",
        ["vpc.subnets"] = "SubnetId",
        ["upgradePolicy.supportType"] = "SupportType",
        ["controlPlaneScalingConfig.tier"] = "ControlPlaneTier",
        ["accessConfig.authenticationMode"] = "AuthenticationMode",
    };

    private static readonly string[] PodsNeed = ["vpc-cni", "kube-proxy", "coredns", "eks-pod-identity-agent"];

    private readonly NewClusterRequest request = file.Request;

    private string Name => PowerShellText.Argument(request.Name);

    public ClusterFix Of(string path, string owner, string? expected, string? actual)
    {
        string item = owner.Length > 0 ? owner : path;
        string? name = item.EndsWith(']') ? item[(item.IndexOf('[', StringComparison.Ordinal) + 1)..^1] : null;
        string field = owner.Length > 0 ? path[(owner.Length + 1)..] : string.Empty;
        return item[..Math.Max(0, item.IndexOf('[', StringComparison.Ordinal))] switch
        {
            _ when field.StartsWith("tags.", StringComparison.Ordinal) && live.Arns.TryGetValue(item, out string? arn) => Aws($"tag-resource --resource-arn {arn} --tags {PowerShellText.Literal(System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, string?> { [field["tags.".Length..]] = expected }))}"),
            "managedNodeGroups" => NodeGroup(name!, field, expected),
            "addons" => Addon(name!, field, expected),
            "fargateProfiles" => Profile(name!, field, expected),
            _ => OfCluster(path, expected, actual),
        };
    }

    private ClusterFix NodeGroup(string name, string field, string? expected)
    {
        string group = $"--cluster-name {Name} --nodegroup-name {PowerShellText.Argument(name)}";
        if (field.Length == 0)
        {
            return expected is null
                ? Aws($"delete-nodegroup {group}")
                : new ClusterFix(null, $"EksTools adds no node group to a cluster that runs: make it with New-EKSNodegroup of AWS.Tools.EKS, with the role and the subnets of {(live.Request.NodeGroup is [var other, ..] ? $"node group {other.Name}" : "your choice")}.");
        }

        if (field == "releaseVersion" && expected is not null)
        {
            return Aws($"update-nodegroup-version {group} --release-version {PowerShellText.Argument(expected)}");
        }

        return NodeGroupUpdate.IsChangeable(field)
            ? Aws($"update-nodegroup-config {group}{NodeGroupUpdate.Arguments(request.NodeGroup.First(one => one.Name == name), live.Request.NodeGroup.First(one => one.Name == name), [.. Differing($"managedNodeGroups[{name}]")], countsDesired)}")
            : new ClusterFix(null, $"Nothing changes {field} of a node group that is there: make another group with it under another name, and remove this one from the file and with aws eks delete-nodegroup {group} --region {live.Region}.");
    }

    private ClusterFix Addon(string name, string field, string? expected)
    {
        string addon = $"--cluster-name {Name} --addon-name {PowerShellText.Argument(name)}";
        AddonOptions? said = request.AddOn.FirstOrDefault(one => one.Name == name), there = live.Request.AddOn.FirstOrDefault(one => one.Name == name);
        if (field.Length == 0 && expected is null)
        {
            return PodsNeed.Contains(name)
                ? Aws($"delete-addon {addon} --preserve") with { Advice = $"What runs in the cluster stays, and EKS updates it no more; without --preserve the pods would lose what {name} gives them." }
                : Aws($"delete-addon {addon}") with { Advice = $"What {name} runs in the cluster is deleted with it; --preserve leaves it there." };
        }

        string version = said?.Version is { } wanted and not "latest" ? $" --addon-version {PowerShellText.Argument(wanted)}" : string.Empty;

        // What an update does not name EKS takes away of a role, and leaves of the configuration.
        string? arn = said?.ServiceAccountRoleArn ?? live.AddonRoles.GetValueOrDefault(name);
        string role = arn is null ? string.Empty : $" --service-account-role-arn {PowerShellText.Argument(arn)}";
        string values = said?.ConfigurationValues is { } settings ? $" --configuration-values {Text(settings)}" : there?.ConfigurationValues is null ? string.Empty : " --configuration-values '{}'";
        string conflicts = said?.ResolveConflicts is { } resolve ? $" --resolve-conflicts {resolve}" : string.Empty;
        return Aws($"{(field.Length == 0 ? "create" : "update")}-addon {addon}{version}{role}{values}{conflicts}");
    }

    private ClusterFix Profile(string name, string field, string? expected)
    {
        string profileName = $"--cluster-name {Name} --fargate-profile-name {PowerShellText.Argument(name)}";
        if (field.Length > 0)
        {
            return new ClusterFix(null, $"Nothing changes {field} of a Fargate profile that is there: delete it with aws eks delete-fargate-profile {profileName} --region {live.Region}, and compare again for the command that makes it.");
        }

        if (expected is null)
        {
            return Aws($"delete-fargate-profile {profileName}");
        }

        FargateProfileOptions wanted = request.FargateProfile.First(one => one.Name == name);
        string? role = wanted.PodExecutionRoleArn ?? live.FargateRole;
        if (role is null)
        {
            return new ClusterFix(null, "The cluster has no Fargate profile yet, and so no role for one: make the role, name it in podExecutionRoleARN, and compare again.");
        }

        string selectors = System.Text.Json.JsonSerializer.Serialize(wanted.Selector.Select(static one => new Dictionary<string, object> { ["namespace"] = one.Namespace, ["labels"] = one.Label }));
        string subnets = wanted.SubnetId.Count > 0 ? $" --subnets {string.Join(' ', wanted.SubnetId)}" : live.PrivateSubnets.Count > 0 ? $" --subnets {string.Join(' ', live.PrivateSubnets)}" : string.Empty;
        string tags = wanted.ResourceTags.Count > 0 ? $" --tags {PowerShellText.Literal(System.Text.Json.JsonSerializer.Serialize(wanted.ResourceTags))}" : string.Empty;
        return Aws($"create-fargate-profile {profileName} --pod-execution-role-arn {PowerShellText.Argument(role)} --selectors {PowerShellText.Literal(selectors)}{subnets}{tags}");
    }

    private ClusterFix OfCluster(string path, string? expected, string? actual)
    {
        if (path.StartsWith("accessConfig.accessEntries[", StringComparison.Ordinal))
        {
            string arn = PowerShellText.Argument(path["accessConfig.accessEntries[".Length..^1]);
            return Ours(expected is null ? $"Remove-EksIamMapping {Name} {arn}" : $"Add-EksIamMapping {Name} {arn} -AccessPolicy {MappingIntent.ClusterAdmin}");
        }

        return path switch
        {
            "vpc.publicAccessCIDRs" => Endpoint(),
            _ when path.StartsWith("vpc.clusterEndpoints.", StringComparison.Ordinal) => Endpoint(),
            "cloudWatch.clusterLogging.logRetentionInDays" when request.LogRetention is null => new ClusterFix(
                $"aws logs delete-retention-policy --log-group-name {PowerShellText.Literal($"/aws/eks/{request.Name}/cluster")} --region {live.Region}{ProfileOption}"),
            _ when path.StartsWith("cloudWatch.clusterLogging.", StringComparison.Ordinal) => Logging(),
            _ when path.StartsWith("metadata.tags.", StringComparison.Ordinal) && expected is not null => Set($"-Tag @{{ {PowerShellText.Literal(path["metadata.tags.".Length..])} = {PowerShellText.Literal(expected)} }}"),
            "metadata.version" when expected is not null && actual is not null => Version(expected, actual),
            "zonalShiftConfig.enabled" => Set($"-ZonalShift:${expected}"),
            _ when path.StartsWith("autoModeConfig.", StringComparison.Ordinal) && AutoMode(path) is { } fix => fix,
            "secretsEncryption.keyARN" when expected is not null && actual is null => Set($"-KmsKeyArn {PowerShellText.Argument(expected)}"),
            _ when expected is not null && Parameters.TryGetValue(path, out string? parameter) => Set($"-{parameter} {Words(expected)}"),
            _ when expected is null && Parameters.ContainsKey(path) => new ClusterFix(null, $"The file says nothing of {path}, and no command takes it away: write what the cluster has into the file."),
            _ => new ClusterFix(null, $"EKS does not change {path} of a cluster that is there: change the file, or make the cluster anew."),
        };
    }

    /// <summary>In one command: between two, the endpoint would be open to everyone, or shut to the nodes.</summary>
    private ClusterFix Endpoint()
    {
        string ranges = request.PublicAccessCidr.Count == 0 ? "0.0.0.0/0" : string.Join(", ", request.PublicAccessCidr.Select(PowerShellText.Argument));
        return Set($"-EndpointAccess {request.EndpointAccess}{(request.EndpointAccess == EndpointAccessMode.Private ? string.Empty : $" -PublicAccessCidr {ranges}")}");
    }

    /// <summary>In one command: how long logs are kept cannot be said where none are sent.</summary>
    private ClusterFix Logging() => Set(request.LogType.Count == 0
        ? "-LogType @()"
        : $"-LogType {string.Join(", ", request.LogType)}{(request.LogRetention is { } days ? $" -LogRetention {days}" : string.Empty)}");

    /// <summary>Auto Mode is switched with its pools and its role; null for what EKS does not change while it is on.</summary>
    private ClusterFix? AutoMode(string path)
    {
        string pools = request.NodePool.Count > 0 ? $" -NodePool {string.Join(", ", request.NodePool)}" : string.Empty;
        return (request.AutoMode, live.Request.AutoMode) switch
        {
            (false, _) => Set("-AutoMode:$false"),
            (true, true) when path == "autoModeConfig.nodePools" => Set($"-AutoMode -NodePool {string.Join(", ", request.NodePool.Count > 0 ? request.NodePool : AutoModeRules.NodePools)}"),
            (true, true) => null,
            _ when request.AutoModeNodeRoleArn is { } role => Set($"-AutoMode{pools} -NodeRoleArn {PowerShellText.Argument(role)}"),
            _ => new ClusterFix(null, "The cluster has no role for the nodes of Auto Mode: make one that trusts ec2.amazonaws.com, with AmazonEKSWorkerNodeMinimalPolicy and AmazonEC2ContainerRegistryPullOnly, name it in autoModeConfig.nodeRoleARN, and compare again."),
        };
    }

    private ClusterFix Version(string expected, string actual)
    {
        bool isLater = System.Version.TryParse(expected, out Version? wanted) & System.Version.TryParse(actual, out Version? there) && wanted > there;
        if (!isLater)
        {
            return new ClusterFix(null, "EKS takes no cluster back to an earlier version: change the file.");
        }

        string next = $"{there!.Major}.{there.Minor + 1}";
        return Aws($"update-cluster-version --name {Name} --kubernetes-version {next}") with { Advice = next == expected ? null : $"EKS takes a cluster on by one minor version at a time: compare again once it has {next}." };
    }

    private IEnumerable<string> Differing(string owner) => differing.Where(path => path.StartsWith($"{owner}.", StringComparison.Ordinal)).Select(path => path[(owner.Length + 1)..]);

    private ClusterFix Set(string arguments) => Ours($"Set-EksCluster {Name} {arguments}");

    private ClusterFix Ours(string command) => new($"{command} -Region {live.Region}{(profile is null ? string.Empty : $" -ProfileName {PowerShellText.Argument(profile)}")}");

    private string ProfileOption => profile is null ? string.Empty : $" --profile {PowerShellText.Argument(profile)}";

    private ClusterFix Aws(string command) => new($"aws eks {command} --region {live.Region}{ProfileOption}");

    /// <summary>A text of several lines as an expression of one: control characters do not belong into a command.</summary>
    private static string Text(string text) => text.Contains('\n', StringComparison.Ordinal)
        ? $"(({string.Join(", ", text.Split('\n').Select(static line => PowerShellText.Literal(line)))}) -join [char]10)"
        : PowerShellText.Literal(text);

    private static string Words(string list) => string.Join(", ", list.Split(", ").Select(PowerShellText.Argument));
}
