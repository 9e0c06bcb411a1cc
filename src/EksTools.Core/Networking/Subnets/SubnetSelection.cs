using EksTools.LoadBalancing;
using EksTools.Networking;

namespace EksTools.Core.Networking.Subnets;

/// <summary>What a controller makes of the subnets of a VPC for load balancers of one scheme whose annotations name no subnet.</summary>
/// <param name="Controller">The controller.</param>
/// <param name="Scheme">internal or internet-facing.</param>
/// <param name="Verdicts">Each subnet with the answer.</param>
/// <param name="Failure">Why no load balancer could be made; null where one could.</param>
internal sealed record SubnetSelection(EksLoadBalancerControllerKind Controller, string Scheme, IReadOnlyList<(SubnetFacts Subnet, EksSubnetChoice Choice)> Verdicts, string? Failure)
{
    /// <summary>The addresses that a load balancer needs in a subnet. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html</summary>
    public const int AddressesNeeded = 8;

    public IReadOnlyList<SubnetFacts> Chosen => [.. Verdicts.Where(static verdict => verdict.Choice.IsChosen).Select(static verdict => verdict.Subnet)];

    /// <summary>Chooses as the controller does.</summary>
    public static SubnetSelection Of(EksLoadBalancerControllerKind controller, string scheme, string cluster, IReadOnlyList<SubnetFacts> subnets) => controller == EksLoadBalancerControllerKind.Ccm
        ? CloudProvider(scheme, cluster, subnets)
        : Controllers(controller, scheme, cluster, subnets);

    /// <summary>
    /// cloud-provider-aws, pkg/providers/v1/aws.go, findELBSubnets: what belongs to no other cluster, for internet-facing ones only what is public;
    /// of several in a zone the one with the role's tag, whatever its value, then with the cluster's, then the first by id. Local and other zones are left out.
    /// </summary>
    private static SubnetSelection CloudProvider(string scheme, string cluster, IReadOnlyList<SubnetFacts> subnets)
    {
        const EksLoadBalancerControllerKind controller = EksLoadBalancerControllerKind.Ccm;
        List<(SubnetFacts, EksSubnetChoice)> verdicts = [];
        List<SubnetFacts> candidates = [];
        foreach (SubnetFacts subnet in subnets)
        {
            string? refusal = subnet.IsForeignTo(cluster) ? "it is tagged for other clusters alone"
                : scheme == SubnetScheme.InternetFacing && !subnet.IsPublic ? "its route table leads to no internet gateway"
                : null;
            Sort(verdicts, candidates, subnet, controller, scheme, refusal);
        }

        foreach (IGrouping<string, SubnetFacts> zone in candidates.GroupBy(static subnet => subnet.Zone, StringComparer.Ordinal))
        {
            SubnetFacts[] ranked = [.. zone.OrderByDescending(subnet => subnet.HasRole(scheme)).ThenByDescending(subnet => subnet.IsOf(cluster)).ThenBy(static subnet => subnet.Id, StringComparer.Ordinal)];
            SubnetFacts first = ranked[0];
            if (first.Locale is "local-zone" or "wavelength-zone")
            {
                verdicts.AddRange(ranked.Select(subnet => (subnet, new EksSubnetChoice(controller, scheme, false, $"{subnet.Zone} is a {subnet.Locale.Replace('-', ' ')}, which this controller leaves out"))));
                continue;
            }

            verdicts.Add((first, new EksSubnetChoice(controller, scheme, true, ranked.Length == 1 ? $"the one in {first.Zone} that can be taken" : Winner(first, ranked[1], scheme, cluster, roles: true))));
            verdicts.AddRange(ranked.Skip(1).Select(subnet => (subnet, new EksSubnetChoice(controller, scheme, false, $"{first.Id} comes before it in {first.Zone}"))));
        }

        return new SubnetSelection(controller, scheme, Ordered(verdicts), verdicts.Exists(static verdict => verdict.Item2.IsChosen) ? null : "could not find any suitable subnets for creating the ELB");
    }

    /// <summary>
    /// aws-load-balancer-controller, pkg/networking/subnet_resolver.go: those with the role's tag, and since 2.12.1, where no subnet has one, those whose
    /// route table fits; not those of other clusters or with fewer than 8 free addresses; of several in a zone the one with the cluster's tag, then the
    /// first by id. Auto Mode's code is not public: its documentation asks for the role's tags, and so nothing is found without.
    /// https://docs.aws.amazon.com/eks/latest/userguide/tag-subnets-auto.html
    /// </summary>
    private static SubnetSelection Controllers(EksLoadBalancerControllerKind controller, string scheme, string cluster, IReadOnlyList<SubnetFacts> subnets)
    {
        bool byRole = controller == EksLoadBalancerControllerKind.AutoMode || subnets.Any(subnet => subnet.HasRoleValue(scheme));
        bool wantsPublic = scheme == SubnetScheme.InternetFacing;
        string role = SubnetFacts.RoleOf(scheme);
        List<(SubnetFacts, EksSubnetChoice)> verdicts = [];
        List<SubnetFacts> candidates = [];
        (int looked, int foreign, int full) = (0, 0, 0);
        foreach (SubnetFacts subnet in subnets)
        {
            string? refusal = null;
            if (byRole ? !subnet.HasRoleValue(scheme) : subnet.IsPublic != wantsPublic)
            {
                refusal = !byRole ? $"it is {(subnet.IsPublic ? "public" : "private")}, and no subnet has the tag {role}"
                    : subnet.HasRole(scheme) ? $"the value of its tag {role} is '{subnet.Tags[role]}' and not 1" : $"it has no tag {role}";
            }
            else
            {
                looked++;
                (foreign, full, refusal) = subnet.IsForeignTo(cluster) ? (foreign + 1, full, "it is tagged for other clusters alone")
                    : subnet.Free < AddressesNeeded ? (foreign, full + 1, $"{subnet.Free} addresses are free in it, and {AddressesNeeded} are needed") : (foreign, full, null);
            }

            Sort(verdicts, candidates, subnet, controller, scheme, refusal);
        }

        string basis = byRole ? $"it has the tag {role}" : $"it is {(wantsPublic ? "public" : "private")}, and no subnet has the tag {role}";
        foreach (IGrouping<string, SubnetFacts> zone in candidates.GroupBy(static subnet => subnet.Zone, StringComparer.Ordinal))
        {
            SubnetFacts[] ranked = [.. zone.OrderByDescending(subnet => subnet.IsOf(cluster)).ThenBy(static subnet => subnet.Id, StringComparer.Ordinal)];
            verdicts.Add((ranked[0], new EksSubnetChoice(controller, scheme, true, ranked.Length == 1 ? basis : $"{basis}; {Winner(ranked[0], ranked[1], scheme, cluster, roles: false)}")));
            verdicts.AddRange(ranked.Skip(1).Select(subnet => (subnet, new EksSubnetChoice(controller, scheme, false, $"{ranked[0].Id} comes before it in {ranked[0].Zone}"))));
        }

        string[] locales = [.. verdicts.Where(static verdict => verdict.Item2.IsChosen).Select(static verdict => verdict.Item1.Locale).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        string? failure = locales.Length switch
        {
            0 => $"unable to resolve at least one subnet. Evaluated {looked} subnets: {foreign} are tagged for other clusters, and {full} have insufficient available IP addresses",
            > 1 => $"subnets in multiple locales: [{string.Join(' ', locales)}]",
            _ => null,
        };
        return new SubnetSelection(controller, scheme, Ordered(verdicts), failure);
    }

    private static void Sort(List<(SubnetFacts, EksSubnetChoice)> verdicts, List<SubnetFacts> candidates, SubnetFacts subnet, EksLoadBalancerControllerKind controller, string scheme, string? reason)
    {
        if (reason is null)
        {
            candidates.Add(subnet);
        }
        else
        {
            verdicts.Add((subnet, new EksSubnetChoice(controller, scheme, false, reason)));
        }
    }

    private static string Winner(SubnetFacts first, SubnetFacts second, string scheme, string cluster, bool roles) =>
        roles && first.HasRole(scheme) && !second.HasRole(scheme) ? $"of those in {first.Zone} the one with the tag {SubnetFacts.RoleOf(scheme)}"
        : first.IsOf(cluster) && !second.IsOf(cluster) ? $"of those in {first.Zone} the one with the tag {SubnetFacts.ClusterTag(cluster)}"
        : $"of those in {first.Zone} the first by id";

    private static List<(SubnetFacts, EksSubnetChoice)> Ordered(List<(SubnetFacts, EksSubnetChoice)> verdicts) => [.. verdicts.OrderBy(static verdict => verdict.Item1.Id, StringComparer.Ordinal)];
}
