using EksTools.Core.Networking;
using EksTools.Core.Networking.Subnets;
using EksTools.Core.Plans;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Creation;

/// <summary>Says what of existing subnets will not stop the cluster, and will be missed later.</summary>
internal sealed class ExistingNetworkStep(ClusterSpecification specification, ExistingNetwork network)
{
    // https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html#network-requirements-subnets
    private const int ControlPlaneWants = 16;

    public PlanStep Create(string lease) => new()
    {
        Id = "existing-subnets",
        Needs = [lease],
        Description = $"look at the {network.Subnets.Count} subnets in {network.VpcId}: their tags, and their free addresses",
        Ensure = (context, _) => Task.FromResult(Look(context)),
    };

    private StepOutcome Look(StepContext context)
    {
        foreach (string scheme in SubnetScheme.All)
        {
            // A subnet of the right sort in a zone that no tagged one stands for.
            ExistingSubnet[] fitting = [.. network.Subnets.Where(subnet => subnet.Facts.IsPublic == (scheme == SubnetScheme.InternetFacing))];
            string[] lacking = [.. fitting.Where(subnet => !fitting.Any(other => other.Facts.Zone == subnet.Facts.Zone && other.Facts.HasRole(scheme))).Select(static subnet => subnet.Facts.Id)];
            if (lacking.Length > 0)
            {
                context.Observer.Warn($"{string.Join(", ", lacking)} {(lacking.Length == 1 ? "has" : "have")} no tag {SubnetFacts.RoleOf(scheme)}, by which load balancer controllers find subnets for {scheme} load balancers. Test-EksSubnet {specification.Identity.Name} -Fix adds it.");
            }
        }

        foreach (ExistingSubnet subnet in network.Subnets.Where(static subnet => subnet.Facts.Free < ControlPlaneWants))
        {
            context.Observer.Warn($"{subnet.Facts.Free} addresses are free in {subnet.Facts.Id}: EKS recommends {ControlPlaneWants} for the control plane alone, and every node and pod takes one.");
        }

        string[] open = [.. network.Subnets.Where(static subnet => subnet.Facts.IsPublic).Select(static subnet => subnet.Facts.Id)];
        if (specification.AutoMode && open.Length > 0 && open.Length < network.Subnets.Count)
        {
            context.Observer.Warn($"Auto Mode starts nodes in every subnet of -SubnetId, and {string.Join(", ", open)} {(open.Length == 1 ? "is" : "are")} public. Name private subnets alone, or choose others by a NodeClass of your own.");
        }

        if (!network.HasDnsNames)
        {
            context.Observer.Warn($"{network.VpcId} does not resolve names of its own. Nodes need that to join: switch on EnableDnsSupport and EnableDnsHostnames for it (Edit-EC2VpcAttribute).");
        }

        return StepOutcome.Found;
    }
}
