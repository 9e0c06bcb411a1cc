using EksTools.Core.Findings;
using EksTools.Findings;
using EksTools.LoadBalancing;
using EksTools.Networking;

namespace EksTools.Core.Networking.Subnets;

/// <summary>What is wrong with the subnets of a cluster, from what is known of them.</summary>
internal sealed class SubnetFindings
{
    // https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html#network-requirements-subnets
    private const int ControlPlaneNeeds = 6, ControlPlaneWants = 16;
    private readonly string cluster;
    private readonly string region;
    private readonly IReadOnlyList<SubnetFacts> subnets;
    private readonly IReadOnlyList<SubnetSelection> selections;
    private readonly List<EksSubnetFinding> findings = [];
    private readonly List<SubnetTagging> taggings = [];

    private SubnetFindings(string cluster, string region, IReadOnlyList<SubnetFacts> subnets, IReadOnlyList<SubnetSelection> selections)
    {
        this.cluster = cluster;
        this.region = region;
        this.subnets = subnets;
        this.selections = selections;
    }

    /// <summary>The findings, the worst first, and the tags that mend what tags can.</summary>
    public static (IReadOnlyList<EksSubnetFinding> Findings, IReadOnlyList<SubnetTagging> Taggings) Find(string cluster, string region, IReadOnlyList<SubnetFacts> subnets, IReadOnlyList<SubnetSelection> selections)
    {
        SubnetFindings review = new(cluster, region, subnets, selections);
        review.ControlPlane();
        review.Routes();
        foreach (string scheme in SubnetScheme.All)
        {
            review.Roles(scheme);
            review.Zones(scheme);
        }

        review.Clusters();
        review.Addresses();
        return ([.. review.findings.OrderByDescending(static finding => finding.Severity)], [.. review.taggings.Distinct()]);
    }

    private void ControlPlane()
    {
        SubnetFacts[] own = [.. subnets.Where(static subnet => subnet.IsControlPlane)];
        foreach (SubnetFacts subnet in own.Where(static subnet => subnet.Free < ControlPlaneWants))
        {
            bool few = subnet.Free < ControlPlaneNeeds;
            Add(few ? EksFindingSeverity.Error : EksFindingSeverity.Warning, "ControlPlaneAddresses", [subnet], few
                ? $"{subnet.Free} addresses are free in {subnet.Id}, one of the control plane's: EKS needs {ControlPlaneNeeds}, and an update of the cluster fails."
                : $"{subnet.Free} addresses are free in {subnet.Id}, one of the control plane's: EKS recommends {ControlPlaneWants}.", WhoHasAddresses(subnet));
        }

        string[] zones = [.. own.Where(static subnet => subnet.Free >= ControlPlaneNeeds).Select(static subnet => subnet.Zone).Distinct(StringComparer.Ordinal)];
        if (own.Length > 0 && zones.Length < 2)
        {
            Add(EksFindingSeverity.Error, "ControlPlaneZones", own, $"The control plane's subnets have {ControlPlaneNeeds} free addresses in {(zones.Length == 0 ? "no zone" : $"{zones[0]} alone")}, and EKS needs them in two: an update of the cluster fails.", $"aws eks update-cluster-config --name {PowerShellText.Argument(cluster)} --region {region} --resources-vpc-config subnetIds=SUBNET-OF-ONE-ZONE,SUBNET-OF-ANOTHER");
        }
    }

    private void Routes()
    {
        foreach (SubnetFacts subnet in subnets.Where(static subnet => subnet.IsBlackhole))
        {
            Add(EksFindingSeverity.Error, "InternetGatewayGone", [subnet], $"The route of {subnet.Id} to an internet gateway leads nowhere: the gateway is detached or gone. Controllers take the subnet for public all the same, and nobody reaches what stands in it.", $"aws ec2 describe-route-tables --region {region} --route-table-ids {subnet.RouteTableId}");
        }

        foreach (SubnetFacts subnet in subnets.Where(static subnet => !subnet.IsPublic && subnet.HasRole(SubnetScheme.InternetFacing)))
        {
            EksLoadBalancerControllerKind[] takers = Takers(subnet, SubnetScheme.InternetFacing);
            Add(takers.Length > 0 ? EksFindingSeverity.Error : EksFindingSeverity.Warning, "RoleTagOfPublicOnPrivate", [subnet], takers.Length > 0
                ? $"{subnet.Id} has the tag {SubnetFacts.PublicRole}, but its route table {subnet.RouteTableId} leads to no internet gateway: {Names(takers)} would put an internet-facing load balancer there that nobody reaches."
                : $"{subnet.Id} has the tag {SubnetFacts.PublicRole}, but its route table {subnet.RouteTableId} leads to no internet gateway.", $"aws ec2 delete-tags --region {region} --resources {subnet.Id} --tags Key={SubnetFacts.PublicRole}", takers, SubnetScheme.InternetFacing);
        }

        foreach (SubnetSelection selection in selections.Where(static selection => selection.Scheme == SubnetScheme.Internal))
        {
            SubnetFacts[] open = [.. selection.Chosen.Where(static subnet => subnet.IsPublic)];
            SubnetFacts[] better = [.. subnets.Where(subnet => !subnet.IsPublic && !subnet.IsForeignTo(cluster) && !subnet.HasRole(SubnetScheme.Internal) && open.Any(taken => taken.Zone == subnet.Zone))];
            if (better.Length > 0)
            {
                Tag(better, SubnetFacts.InternalRole);
                Add(EksFindingSeverity.Warning, "InternalInPublic", open, $"{Who(selection)} would put internal load balancers into the public {List(open)} although there {(better.Length == 1 ? "is a private subnet" : "are private subnets")} without the tag {SubnetFacts.InternalRole}: {List(better)}.", Fix(better), [selection.Controller], SubnetScheme.Internal);
            }
        }
    }

    private void Roles(string scheme)
    {
        string role = SubnetFacts.RoleOf(scheme);
        EksLoadBalancerControllerKind[] byRole = [.. selections.Where(selection => selection.Scheme == scheme && selection.Controller != EksLoadBalancerControllerKind.Ccm).Select(static selection => selection.Controller)];
        SubnetFacts[] odd = [.. subnets.Where(subnet => subnet.HasRole(scheme) && !subnet.HasRoleValue(scheme))];
        foreach (SubnetFacts subnet in byRole.Length == 0 ? [] : odd)
        {
            taggings.Add(new SubnetTagging(subnet.Id, role, "1"));
            Add(EksFindingSeverity.Warning, "RoleTagValue", [subnet], $"The tag {role} of {subnet.Id} has the value '{subnet.Tags[role]}': {Names(byRole)} looks for 1 or nothing, and does not see the subnet.", Fix([subnet]), byRole, scheme);
        }

        // A subnet of the right sort in a zone that no tagged one stands for.
        SubnetFacts[] fitting = [.. subnets.Where(subnet => subnet.IsPublic == (scheme == SubnetScheme.InternetFacing) && !subnet.IsForeignTo(cluster))];
        HashSet<string> served = new(subnets.Where(subnet => subnet.HasRole(scheme) && !subnet.IsForeignTo(cluster)).Select(static subnet => subnet.Zone), StringComparer.Ordinal);
        SubnetFacts[] lacking = [.. fitting.Where(subnet => !subnet.HasRole(scheme) && !served.Contains(subnet.Zone))];
        if (lacking.Length == 0 || byRole.Length == 0)
        {
            return;
        }

        Tag(lacking, role);
        bool none = served.Count == 0;
        string sort = scheme == SubnetScheme.Internal ? "private" : "public";
        string message = !none
            ? $"{List(lacking)} {Has(lacking)} no tag {role}, and other subnets have it: {Names(byRole)} leaves out {string.Join(", ", lacking.Select(static subnet => subnet.Zone).Distinct(StringComparer.Ordinal))} for {scheme} load balancers."
            : byRole.Contains(EksLoadBalancerControllerKind.AutoMode)
                ? $"No subnet has the tag {role}: Auto Mode finds none for {scheme} load balancers."
                : $"No subnet has the tag {role}: the AWS Load Balancer Controller finds none for {scheme} load balancers before version 2.12.1, and takes every {sort} one since.";
        Add(EksFindingSeverity.Warning, "RoleTagMissing", lacking, message, Fix(lacking), byRole, scheme);
    }

    private void Zones(string scheme)
    {
        foreach (SubnetSelection selection in selections.Where(selection => selection.Scheme == scheme))
        {
            SubnetFacts[] several = [.. selection.Chosen];
            bool possible = scheme == SubnetScheme.Internal || subnets.Any(static subnet => subnet.IsPublic);
            if (selection.Failure is { } failure)
            {
                Add(possible ? EksFindingSeverity.Error : EksFindingSeverity.Information, "NoSubnet", [], possible
                    ? $"{Who(selection)} would make no {scheme} load balancer. It would say: {failure}."
                    : $"The VPC has no public subnet: {Who(selection)} makes no internet-facing load balancers in it.", $"Test-EksSubnet {PowerShellText.Argument(cluster)} -Region {region} -List", [selection.Controller], scheme);
            }
            else if (selection.Controller != EksLoadBalancerControllerKind.Ccm && several.Length == 1 && several[0].Locale == "availability-zone")
            {
                Add(EksFindingSeverity.Warning, "AlbNeedsTwoZones", several, $"{Who(selection)} would take {several[0].Id} alone for {scheme} load balancers: that does for a Network Load Balancer, but an Application Load Balancer needs subnets in two zones.", $"Test-EksSubnet {PowerShellText.Argument(cluster)} -Region {region} -List", [selection.Controller], scheme);
            }
        }
    }

    /// <summary>Subnets of the cluster's own that are tagged for others.</summary>
    private void Clusters()
    {
        SubnetFacts[] foreign = [.. subnets.Where(subnet => subnet.IsControlPlane && subnet.IsForeignTo(cluster))];
        if (foreign.Length > 0)
        {
            Tag(foreign, SubnetFacts.ClusterTag(cluster), "shared");
            Add(EksFindingSeverity.Warning, "ClusterTagOfOthers", foreign, $"{List(foreign)} {Has(foreign)} tags kubernetes.io/cluster/ of other clusters and none of {cluster}: no controller of {cluster} takes {(foreign.Length == 1 ? "it" : "them")}.", Fix(foreign));
        }
    }

    private void Addresses()
    {
        foreach (SubnetFacts subnet in subnets.Where(static subnet => subnet.Free < SubnetSelection.AddressesNeeded))
        {
            // Of interest where a load balancer would come: by its tag, or because a controller that does not count takes it.
            if (Takers(subnet).Length > 0 || SubnetScheme.All.Any(subnet.HasRole))
            {
                Add(EksFindingSeverity.Error, "TooFewAddresses", [subnet], $"{subnet.Free} addresses are free in {subnet.Id}: a load balancer needs {SubnetSelection.AddressesNeeded}. The AWS Load Balancer Controller leaves the subnet out, and Elastic Load Balancing refuses it to the cloud provider.", WhoHasAddresses(subnet));
            }
        }
    }

    private EksLoadBalancerControllerKind[] Takers(SubnetFacts subnet, string? scheme = null) =>
        [.. selections.Where(selection => (scheme is null || selection.Scheme == scheme) && selection.Chosen.Contains(subnet)).Select(static selection => selection.Controller).Distinct()];

    private void Tag(IEnumerable<SubnetFacts> which, string key, string value = "1") => taggings.AddRange(which.Select(subnet => new SubnetTagging(subnet.Id, key, value)));

    private string Fix(IEnumerable<SubnetFacts> which) => $"Test-EksSubnet {PowerShellText.Argument(cluster)} {string.Join(", ", which.Select(static subnet => subnet.Id))} -Region {region} -Fix";

    private string WhoHasAddresses(SubnetFacts subnet) => $"aws ec2 describe-network-interfaces --region {region} --filters Name=subnet-id,Values={subnet.Id} --query 'NetworkInterfaces[].[Description,PrivateIpAddress,Status]' --output table";

    private static string Who(SubnetSelection selection) => Name(selection.Controller) is var name ? char.ToUpperInvariant(name[0]) + name[1..] : string.Empty;

    private static string Names(IEnumerable<EksLoadBalancerControllerKind> controllers) => string.Join(" and ", controllers.Select(Name));

    private static string Name(EksLoadBalancerControllerKind controller) => controller switch
    {
        EksLoadBalancerControllerKind.Ccm => "the cloud provider",
        EksLoadBalancerControllerKind.Lbc => "the AWS Load Balancer Controller",
        _ => "Auto Mode",
    };

    private static string List(IReadOnlyList<SubnetFacts> which) => string.Join(", ", which.Select(static subnet => subnet.Id));

    private static string Has(IReadOnlyList<SubnetFacts> which) => which.Count == 1 ? "has" : "have";

    private void Add(EksFindingSeverity severity, string rule, IReadOnlyList<SubnetFacts> about, string message, string fix, EksLoadBalancerControllerKind[]? controllers = null, string? scheme = null) => findings.Add(new EksSubnetFinding
    {
        ClusterName = cluster,
        Region = region,
        Severity = severity,
        Rule = rule,
        Where = about.Count switch { 0 => scheme is null ? "VPC" : $"VPC, {scheme}", 1 => $"subnet {about[0].Id}", _ => $"subnets {List(about)}" },
        Message = message,
        Fix = fix,
        SubnetId = [.. about.Select(static subnet => subnet.Id)],
        Controller = controllers ?? [],
        Scheme = scheme,
    });
}
