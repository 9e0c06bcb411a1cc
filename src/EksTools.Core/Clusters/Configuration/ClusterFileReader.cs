using EksTools.Clusters;
using EksTools.Core.Yaml;
using EksTools.Errors;

namespace EksTools.Core.Clusters.Configuration;

/// <summary>
/// Reads eksctl's ClusterConfig (eksctl.io/v1alpha5), strictly: a field either maps to something that New-EksCluster does, or is a problem. The schema:
/// https://eksctl.io/usage/schema/ .
/// </summary>
internal static class ClusterFileReader
{
    public const string ApiVersion = "eksctl.io/v1alpha5", Kind = "ClusterConfig";

    /// <summary>The cluster that a text describes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="forCreation">The rules of a cluster to be made hold too: one that runs may be what New-EksCluster does not make.</param>
    /// <exception cref="EksToolsException">The text has problems: all of them in one message, and as objects in the exception's data.</exception>
    public static ClusterFile Read(string text, string path, bool forCreation = true)
    {
        FileReading reading = new(text);
        ClusterFileDraft draft = new(reading);
        try
        {
            GoYaml.CheckText(text);
            if (ReadRoot(TextNodeReader.Read(text, YamlReading.RepeatedKeys), text, reading, draft))
            {
                reading.BeginRules();
                ClusterFileRules.Settle(draft, forCreation);
            }
        }
        catch (YamlTextException exception)
        {
            reading.Add(exception.Line, exception.Column, $"{Sentence(exception.Problem)}", exception.Kind == YamlTextFault.SecondDocument ? "A file describes one cluster: write another file." : null);
        }

        return reading.Problems.Count > 0 ? throw Refusal(path, reading.Problems) : new ClusterFile
        {
            Path = path,
            Request = draft.Request,
            Region = draft.Region,
            Network = draft.Network,
            Lines = reading.Places.ToDictionary(static place => place.Key, static place => place.Value.Line, StringComparer.Ordinal),
        };
    }

    /// <summary>The error that tells all problems at once.</summary>
    public static EksToolsException Refusal(string path, IReadOnlyList<EksClusterFileProblem> problems)
    {
        string message = problems is [var only] ? $"{path}, {only}" : $"{path} has {problems.Count} problems:{string.Concat(problems.Select(static problem => $"\n  {problem}"))}";
        EksToolsException refusal = new(EksErrorKind.Validation, "InvalidClusterFile", message, path, "Change the file; nothing was made.");
        refusal.Data["Problems"] = problems.ToArray();
        return refusal;
    }

    /// <summary>Whether the text is a cluster, whose fields were read.</summary>
    private static bool ReadRoot(TextNode? root, string text, FileReading reading, ClusterFileDraft draft)
    {
        if (root is null)
        {
            reading.Add(1, 1, "There is no cluster in it.", $"It begins with apiVersion: {ApiVersion} and kind: {Kind}.");
            return false;
        }

        if (GoYaml.FindUnreadable(text, root, asJson: true) is { } odd)
        {
            reading.Add(odd.Node, string.Empty, Sentence(odd.Problem));
            return false;
        }

        FileValue file = new(reading, root, root, string.Empty);
        if (GoYaml.Follow(root) is not TextMapping mapping)
        {
            reading.Add(root, string.Empty, "The text is no mapping of fields.");
            return false;
        }

        if (!RequireKind(mapping, reading))
        {
            return false;
        }

        // What others refer to first: the cluster's name and its subnets.
        draft.Name = (GoYaml.Follow(mapping.Find("metadata")?.Value ?? root) as TextMapping)?.Find("name")?.Value is TextScalar { Value.Length: > 0 } name ? name.Value : draft.Name;
        NetworkSection.ReadSubnets(file, draft);
        file.Read(Fields(draft));
        RequireMetadata(mapping, draft);
        return true;
    }

    internal static FileFields Fields(ClusterFileDraft draft) => new FileFields()
        .Pass("apiVersion")
        .Pass("kind")
        .Take("metadata", value => value.Read(MetadataSection.Fields(draft)))
        .Take("iam", value => value.Read(IamSection.Fields(draft)))
        .Take("iamIdentityMappings", value => AccessSection.RefuseMappings(value, draft))
        .Take("identityProviders", value => AccessSection.RefuseProviders(value, draft))
        .Take("accessConfig", value => value.Read(AccessSection.Fields(draft)))
        .Take("vpc", value => value.Read(NetworkSection.Fields(draft)))
        .Take("kubernetesNetworkConfig", value => value.Read(NetworkSection.ServiceFields(draft)))
        .Take("privateCluster", value => value.Read(NetworkSection.PrivateFields(draft)))
        .Take("availabilityZones", value => draft.Request = draft.Request with { Zone = value.Texts() })
        .Refuse("localZones", "Leave it out: New-EksCluster makes subnets in availability zones. Make those of a local zone yourself, and name them under vpc.subnets.")
        .Take("addons", value => AddonSection.Read(value, draft))
        .Take("addonsConfig", value => value.Read(AddonSection.ConfigFields(draft)))
        .Take("managedNodeGroups", value => NodeGroupSection.Read(value, draft))
        .Take("nodeGroups", NodeGroupSection.RefuseSelfManaged)
        .Take("fargateProfiles", value => FargateSection.Read(value, draft))
        .Take("autoModeConfig", value => value.Read(ControlPlaneSection.AutoModeFields(draft)))
        .Take("cloudWatch", value => value.Read(ControlPlaneSection.CloudWatchFields(draft)))
        .Take("secretsEncryption", value => value.Read(ControlPlaneSection.SecretsFields(draft)))
        .Take("upgradePolicy", value => value.Read(ControlPlaneSection.UpgradeFields(draft)))
        .Take("controlPlaneScalingConfig", value => value.Read(ControlPlaneSection.ScalingFields(draft)))
        .Take("zonalShiftConfig", value => value.Read(ControlPlaneSection.ZonalShiftFields(draft)))
        .Refuse("gitops", "Leave it out, and run flux bootstrap when the cluster is there.")
        .Refuse("karpenter", "Leave it out, and install Karpenter by its chart when the cluster is there; or let EKS run nodes by autoModeConfig.enabled.")
        .Refuse("outpost", "New-EksCluster makes clusters in a region alone.")
        .Refuse("remoteNetworkConfig", "New-EksCluster makes no hybrid nodes' network.")
        .Take("capabilities", value => ControlPlaneSection.RefuseCapabilities(value, draft))
        .Refuse("kubeAPIServerConfig", "New-EksCluster leaves the API server's settings to EKS.")
        .Refuse("kubeControllerManagerConfig", "New-EksCluster leaves the controller manager's settings to EKS.")
        .Refuse("kubeSchedulerConfig", "New-EksCluster leaves the scheduler's settings to EKS.");

    private static bool RequireKind(TextMapping root, FileReading reading)
    {
        bool right = true;
        foreach ((string field, string wanted) in (ReadOnlySpan<(string, string)>)[("apiVersion", ApiVersion), ("kind", Kind)])
        {
            if (root.Find(field) is not { } pair)
            {
                reading.Add(1, 1, $"{field} is missing.", $"Write {field}: {wanted}.");
                right = false;
            }
            else if ((GoYaml.Follow(pair.Value) as TextScalar)?.Value != wanted)
            {
                reading.Add(pair.Key, field, $"{field} is not {wanted}.", $"Only eksctl's configuration of a cluster is read: {field}: {wanted}.");
                right = false;
            }
        }

        return right;
    }

    private static void RequireMetadata(TextMapping root, ClusterFileDraft draft)
    {
        if (root.Find("metadata") is null)
        {
            draft.Reading.Add(1, 1, "metadata is missing.", "Write metadata with the cluster's name and region.");
        }
        else if (draft.Request.Name.Length == 0 && draft.Reading.Problems.Count == 0)
        {
            draft.Reading.AddAt("metadata", "metadata.name is missing.", "Write the cluster's name.");
        }
    }

    private static string Sentence(string problem) => problem.Length == 0 || problem.EndsWith('.') ? problem : $"{char.ToUpperInvariant(problem[0])}{problem[1..]}.";
}
