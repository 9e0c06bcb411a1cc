using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Errors;
using EksTools.Core.Findings;
using EksTools.Errors;

namespace EksTools.Core.Clusters.Removal.Preflight;

/// <summary>Another EKS cluster that stands in the cluster's own VPC: what is its goes with it, and not piece by piece.</summary>
/// <param name="Identity">Its name and region.</param>
/// <param name="Made">Who made it, for a sentence.</param>
/// <param name="Command">What takes it away, or looks at it where that is not known.</param>
internal sealed record OtherCluster(ClusterIdentity Identity, string Made, string Command)
{
    private static readonly string[] NameTags = ["eks:cluster-name", "aws:eks:cluster-name", "eks:eks-cluster-name", "elbv2.k8s.aws/cluster", "cluster.k8s.amazonaws.com/name", "alpha.eksctl.io/cluster-name"];
    private static readonly string[] OwnerTags = ["kubernetes.io/cluster/", "k8s.io/cluster/"];

    /// <summary>Those that have a control plane among interfaces.</summary>
    public static async Task<IReadOnlyList<OtherCluster>> ReadAsync(AwsAccount account, ClusterIdentity own, IEnumerable<NetworkInterface> interfaces, CancellationToken cancellationToken)
    {
        List<OtherCluster> found = [];
        foreach (string name in ControlPlaneInterface.ClustersOf(interfaces).Where(name => name != own.Name))
        {
            found.Add(await DescribeAsync(account, new ClusterIdentity(name, own.Region), cancellationToken));
        }

        return found;
    }

    /// <summary>Whether something with these tags is its own.</summary>
    public bool Owns(IReadOnlyDictionary<string, string> tags) =>
        Identity.Owns(tags) || NameTags.Any(tag => tags.GetValueOrDefault(tag) == Identity.Name) || OwnerTags.Any(prefix => tags.GetValueOrDefault(prefix + Identity.Name) == "owned");

    /// <summary>Whether an instance with these tags is a node of it.</summary>
    public bool HasNode(IReadOnlyDictionary<string, string> tags) => Owns(tags) || OwnerTags.Any(prefix => tags.ContainsKey(prefix + Identity.Name));

    private static async Task<OtherCluster> DescribeAsync(AwsAccount account, ClusterIdentity identity, CancellationToken cancellationToken)
    {
        string name = PowerShellText.Argument(identity.Name), look = $"aws eks describe-cluster --region {identity.Region} --name {name}";
        try
        {
            if (await ClusterReader.FindAsync(account, identity.Name, cancellationToken) is not { } cluster)
            {
                return new OtherCluster(identity, "which is of another account, or is just going", look);
            }

            string profile = account.Session.ProfileName is { } said ? $" -ProfileName {PowerShellText.Argument(said)}" : string.Empty, remove = $"Remove-EksCluster {name} -Region {identity.Region}{profile}";
            UnmanagedCluster other = UnmanagedCluster.Of(cluster);
            return identity.Owns(cluster.ResourceTags) ? new OtherCluster(identity, "which EksTools made too", remove) : new OtherCluster(identity, $"which was made {other.Maker}", other.Command ?? $"{remove} -Unmanaged");
        }
        catch (AmazonServiceException exception) when (AwsFailure.Translate(exception).Kind == EksErrorKind.Denied)
        {
            return new OtherCluster(identity, "and who made it may not be asked", look);
        }
    }
}
