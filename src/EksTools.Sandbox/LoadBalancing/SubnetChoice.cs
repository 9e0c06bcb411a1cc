using EksTools.Sandbox.Ec2;

namespace EksTools.Sandbox.LoadBalancing;

/// <summary>Which subnets a load balancer goes to when nobody names them, by the rules of each controller.</summary>
internal sealed class SubnetChoice(ClusterView view)
{
    private const string PublicRole = "kubernetes.io/role/elb";
    private const string InternalRole = "kubernetes.io/role/internal-elb";
    private const string ClusterPrefix = "kubernetes.io/cluster/";
    private const int AddressesNeeded = 8;

    private IEnumerable<Subnet> All => view.Ec2.All<Subnet>().Where(subnet => subnet.VpcId == view.Cluster.VpcId);

    /// <summary>The legacy cloud provider's: those of this or of no cluster, public ones for the internet, one in each zone.</summary>
    public IReadOnlyList<Subnet> ForLegacy(bool isInternal)
    {
        var role = isInternal ? InternalRole : PublicRole;
        return
        [
            .. All.Where(IsEligible).Where(subnet => isInternal || IsPublic(subnet)).GroupBy(subnet => subnet.Zone.Name).OrderBy(zone => zone.Key, StringComparer.Ordinal)
                .Select(zone => zone.OrderByDescending(subnet => subnet.Tags.ContainsKey(role)).ThenByDescending(IsOurs).ThenBy(subnet => subnet.Id, StringComparer.Ordinal).First()),
        ];
    }

    /// <summary>The AWS Load Balancer Controller's: those with the role's tag, or, where none has it, those that reach the internet or do not.</summary>
    /// <exception cref="ReconcileFailure">There are none, or too few.</exception>
    public IReadOnlyList<Subnet> ForController(bool isInternal, bool isApplication)
    {
        var role = isInternal ? InternalRole : PublicRole;
        List<Subnet> candidates = [.. All.Where(subnet => subnet.Tags.TryGetValue(role, out var value) && value is "" or "1")];
        candidates = candidates.Count > 0 ? candidates : [.. All.Where(subnet => IsPublic(subnet) != isInternal)];
        List<Subnet> eligible = [.. candidates.Where(IsEligible)];
        List<Subnet> roomy = [.. eligible.Where(subnet => view.Ec2.FreeAddresses(subnet) >= AddressesNeeded)];
        List<Subnet> chosen =
        [
            .. roomy.GroupBy(subnet => subnet.Zone.Name).Select(zone => zone.OrderByDescending(IsOurs).ThenBy(subnet => subnet.Id, StringComparer.Ordinal).First()).OrderBy(subnet => subnet.Id, StringComparer.Ordinal),
        ];
        return chosen.Count > 0 ? RequireEnough(chosen, isApplication)
            : throw new ReconcileFailure($"unable to resolve at least one subnet. Evaluated {candidates.Count} subnets: {candidates.Count - eligible.Count} are tagged for other clusters, and {eligible.Count - roomy.Count} have insufficient available IP addresses");
    }

    /// <summary>Those that an annotation of the AWS Load Balancer Controller names, by id or Name tag.</summary>
    /// <exception cref="ReconcileFailure">One is missing, two are in one zone, or they are too few.</exception>
    public IReadOnlyList<Subnet> ForController(IReadOnlyList<string> names, bool isApplication)
    {
        var chosen = Named(names);
        if (chosen.GroupBy(subnet => subnet.Zone.Name).FirstOrDefault(zone => zone.Count() > 1) is { } twice)
        {
            throw new ReconcileFailure($"multiple subnets in same Availability Zone {twice.Key}: [{string.Join(' ', twice.Select(subnet => subnet.Id))}]");
        }

        return RequireEnough(chosen, isApplication);
    }

    /// <summary>Those that an annotation names, by id or Name tag.</summary>
    /// <exception cref="ReconcileFailure">One is missing.</exception>
    public IReadOnlyList<Subnet> Named(IReadOnlyList<string> names)
    {
        if (names.Where(name => !name.StartsWith("subnet-", StringComparison.Ordinal) && !All.Any(subnet => subnet.Tags.GetValueOrDefault("Name") == name)).Distinct().ToList() is { Count: > 0 } missing)
        {
            throw new ReconcileFailure($"failed to list subnets by names or IDs: couldn't find all subnets, missing names: [{string.Join(' ', missing)}]");
        }

        return
        [
            .. names.Select(name => name.StartsWith("subnet-", StringComparison.Ordinal)
                ? view.Ec2.Find<Subnet>(name) ?? throw new ReconcileFailure("failed to list subnets by names or IDs: " + ReconcileFailure.Word("EC2", "DescribeSubnets", new("InvalidSubnetID.NotFound", $"The subnet ID '{name}' does not exist")))
                : All.First(subnet => subnet.Tags.GetValueOrDefault("Name") == name)),
        ];
    }

    private static IReadOnlyList<Subnet> RequireEnough(IReadOnlyList<Subnet> chosen, bool isApplication)
    {
        var needed = isApplication ? 2 : 1;
        return chosen.Count >= needed ? chosen : throw new ReconcileFailure($"subnets count less than minimal required count: {chosen.Count} < {needed}");
    }

    private bool IsOurs(Subnet subnet) => subnet.Tags.ContainsKey(view.OwnerTag);

    private bool IsEligible(Subnet subnet) => IsOurs(subnet) || !subnet.Tags.Keys.Any(key => key.StartsWith(ClusterPrefix, StringComparison.Ordinal));

    private bool IsPublic(Subnet subnet)
    {
        var tables = view.Ec2.All<RouteTable>().Where(table => table.VpcId == subnet.VpcId).ToList();
        var table = tables.Find(table => table.Associations.Exists(association => association.SubnetId == subnet.Id)) ?? tables.Find(table => table.IsMain);
        return table?.Routes.Exists(route => route.GatewayId?.StartsWith("igw-", StringComparison.Ordinal) == true) == true;
    }
}
