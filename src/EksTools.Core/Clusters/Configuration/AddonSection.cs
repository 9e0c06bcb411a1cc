using EksTools.ClusterAddons;
using EksTools.Core.Clusters.VpcCni;

namespace EksTools.Core.Clusters.Configuration;

/// <summary><c>addons</c> and <c>addonsConfig</c>.</summary>
internal static class AddonSection
{
    private static readonly string[] Resolutions = ["none", "overwrite", "preserve"];

    // Which service account an add-on's pods have, for the advice. https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html
    private static readonly Dictionary<string, string> ServiceAccounts = new(StringComparer.Ordinal)
    {
        ["aws-ebs-csi-driver"] = "kube-system/ebs-csi-controller-sa",
        ["aws-efs-csi-driver"] = "kube-system/efs-csi-controller-sa",
        ["aws-fsx-csi-driver"] = "kube-system/fsx-csi-controller-sa",
        ["aws-mountpoint-s3-csi-driver"] = "kube-system/s3-csi-driver-sa",
        ["amazon-cloudwatch-observability"] = "amazon-cloudwatch/cloudwatch-agent",
        ["adot"] = "opentelemetry-operator-system/opentelemetry-operator",
        ["external-dns"] = "external-dns/external-dns",
        ["cert-manager"] = "cert-manager/cert-manager",
    };

    public static FileFields ConfigFields(ClusterFileDraft draft) => new FileFields()
        .Take("disableDefaultAddons", value => draft.Request = draft.Request with { NoAddOn = value.Flag() == true })
        .Only(false, "autoApplyPodIdentityAssociations", $"Leave it out, and give service accounts their roles with New-EksServiceAccountRole {draft.Name} NAMESPACE/NAME -Mode PodIdentity when the cluster is there.");

    public static void Read(FileValue value, ClusterFileDraft draft)
    {
        List<AddonOptions> addons = [];
        foreach (FileValue item in value.Items())
        {
            string name = item.Pairs().FirstOrDefault(static pair => pair.Name == "name").Value?.Text() ?? string.Empty;
            AddonOptions addon = new() { Name = name };
            string account = ServiceAccounts.GetValueOrDefault(name, "NAMESPACE/NAME"), role = $"Leave it out, and give the add-on's pods their role with New-EksServiceAccountRole {draft.Name} {account}{new IamSection.RoleFields(item).Policies("attachPolicyARNs", "attachPolicy")} when the cluster is there; or name a role that is there in serviceAccountRoleARN.";
            role = name == VpcCniRole.Addon ? "Leave it out: vpc-cni has a role of its own, with what it needs." : role;
            item.Read(new FileFields()
                .Pass("name")
                .Take("version", version => addon = addon with { Version = version.Text() })
                .Take("configurationValues", values => addon = addon with { ConfigurationValues = values.Text() })
                .Take("serviceAccountRoleARN", arn => addon = addon with { ServiceAccountRoleArn = arn.Text() })
                .Take("resolveConflicts", resolve => addon = addon with { ResolveConflicts = ControlPlaneSection.OneOf(resolve, Resolutions)?.ToUpperInvariant() })
                .Take("attachPolicyARNs", policies => RequireNone(policies, name, role))
                .Refuse("attachPolicy", role)
                .Refuse("wellKnownPolicies", role)
                .Refuse("podIdentityAssociations", role)
                .Only(false, "useDefaultPodIdentityAssociations", role)
                .Refuse("permissionsBoundary", role)
                .Refuse("namespaceConfig", "New-EksCluster installs an add-on into its own namespace.")
                .Refuse("tags", "Leave it out: add-ons have the tags of metadata.tags.")
                .Refuse("types", "It is a filter of eksctl's lists: leave it out.")
                .Refuse("owners", "It is a filter of eksctl's lists: leave it out.")
                .Refuse("publishers", "It is a filter of eksctl's lists: leave it out."));
            if (name.Length == 0)
            {
                item.Problem("has no name.", "Write name.");
            }
            else if (addons.Any(other => other.Name == name))
            {
                item.Problem("is there twice.", "Remove one of them.");
            }

            addons.Add(addon);
        }

        draft.Request = draft.Request with { AddOn = addons };
    }

    /// <summary>vpc-cni has a role with this policy in every cluster that New-EksCluster makes.</summary>
    private static void RequireNone(FileValue policies, string addon, string role)
    {
        bool ours = addon == VpcCniRole.Addon && policies.Texts().All(static arn => arn.EndsWith(":iam::aws:policy/AmazonEKS_CNI_Policy", StringComparison.Ordinal));
        if (!policies.IsNothing && !ours)
        {
            policies.Problem("is not supported.", role);
        }
    }
}
