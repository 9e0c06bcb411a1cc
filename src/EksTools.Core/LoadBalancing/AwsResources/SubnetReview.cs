using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.Review;
using EksTools.Core.LoadBalancing.Values;
using EksTools.Core.Networking.Subnets;

namespace EksTools.Core.LoadBalancing.AwsResources;

/// <summary>
/// Subnets that annotations name. They need no tags: the AWS Load Balancer Controller wants that they are there, one per zone, all in zones of one
/// sort and two for an Application Load Balancer (pkg/networking/subnet_resolver.go, validateSpecifiedSubnets), the cloud provider that as many are
/// found as are named (pkg/providers/v1/aws.go, resolveSubnetNameOrIDs). One VPC, one per zone and free addresses is what Elastic Load Balancing wants.
/// </summary>
internal sealed class SubnetReview(ReviewContext context, LoadBalancedObject? former, ResourceFacts facts, string region)
{
    /// <summary>What is wrong with the subnets under a key.</summary>
    public void Find(string key)
    {
        if (facts.Subnets is not { } there)
            return;
        bool isApplication = key == ReviewContext.AlbKey("subnets");
        IReadOnlyList<string> items = GoValues.List(context.Subject.Value(key) ?? string.Empty);
        ReviewFix look = ReviewFix.ToRun($"aws ec2 describe-subnets --region {region} --filters Name=vpc-id,Values={facts.Vpc} --query 'Subnets[].[SubnetId,AvailabilityZone,AvailableIpAddressCount]' --output text");
        List<SubnetFacts> named = [];
        foreach (IGrouping<string, string> item in items.GroupBy(static item => item, StringComparer.Ordinal))
            Resolve(key, item.Key, item.Count(), there, named, look);
        foreach (IGrouping<string, SubnetFacts> zone in named.GroupBy(static one => one.Zone, StringComparer.Ordinal).Where(static zone => zone.Count() > 1))
            context.Error("SubnetsOfOneZone", key, $"{string.Join(" and ", zone.Select(static one => one.Id))} are all in {zone.Key}, and a load balancer takes one subnet per zone.", look);
        string[] locales = [.. named.Select(static one => one.Locale).Distinct(StringComparer.Ordinal)];
        if (locales.Length > 1 && !context.IsCloudProvider)
            context.Error("SubnetsOfSeveralLocales", key, $"The subnets are in zones of several sorts ({string.Join(", ", locales)}); the controller fails.", look);
        if (isApplication && locales is ["availability-zone"] && items.Count > 1 && named.Select(static one => one.Zone).Distinct(StringComparer.Ordinal).Count() == 1)
            context.Error("OneSubnet", key, "An Application Load Balancer needs subnets in two Availability Zones at least.", look);
        foreach (SubnetFacts one in named.Distinct())
            Judge(key, one);
    }

    private void Resolve(string key, string item, int times, IReadOnlyList<SubnetFacts> there, List<SubnetFacts> named, ReviewFix look)
    {
        if (item.StartsWith("subnet-", StringComparison.Ordinal))
        {
            if (times > 1)
                context.Error("SubnetTwice", key, $"{key} names {item} {times} times.", look);
            if (there.FirstOrDefault(one => one.Id == item) is { } found)
                named.Add(found);
            else if (facts.OtherSubnets.TryGetValue(item, out string? vpc))
                context.Error(vpc is null ? "SubnetNotFound" : "SubnetOfOtherVpc", key, vpc is null ? $"There is no subnet {item} in {region}." : $"The subnet {item} is of {vpc}, and the cluster of {facts.Vpc}.", look);
            return;
        }

        // A name stands for one subnet at the AWS Load Balancer Controller, and for all that have it at the cloud provider, which then counts.
        SubnetFacts[] tagged = [.. there.Where(one => one.Tags.GetValueOrDefault("Name") == item).OrderBy(static one => one.Id, StringComparer.Ordinal)];
        if (tagged.Length < times)
            context.Error("SubnetNotFound", key, $"{(tagged.Length == 0 ? "No subnet" : $"{tagged.Length} subnet alone")} of {facts.Vpc}, the cluster's VPC, has the tag Name with the value '{item}'{(times > 1 ? $", which is named {times} times" : string.Empty)}.", look);
        else if (tagged.Length > times && context.IsCloudProvider)
            context.Error("SubnetAmbiguous", key, $"{tagged.Length} subnets have the tag Name with the value '{item}' ({string.Join(", ", tagged.Select(static one => one.Id))}), and the cloud provider fails where it finds another number than is named.", look);
        else if (tagged.Length > times)
            context.Warn("SubnetAmbiguous", key, $"{tagged.Length} subnets have the tag Name with the value '{item}', and {context.Who} takes the first by id: {string.Join(", ", tagged.Take(times).Select(static one => one.Id))}.", look);
        named.AddRange(tagged.Take(times));
    }

    private void Judge(string key, SubnetFacts one)
    {
        bool isAlb = !context.Subject.IsService;
        string? scheme = isAlb ? context.Parameters?.Settings.GetValueOrDefault("scheme") ?? context.Subject.Value(ReviewContext.AlbKey(key == ReviewContext.AlbKey("frontend-nlb-subnets") ? "frontend-nlb-scheme" : "scheme")) ?? SubnetScheme.Internal
            : context.IsCloudProvider ? (context.Value("internal") is { Length: > 0 } and not "false" ? SubnetScheme.Internal : SubnetScheme.InternetFacing) : context.Scheme;

        // https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-network-load-balancer.html: none where a private address is said.
        bool said = context.Reader is not AnnotationReader.Classic && scheme == SubnetScheme.Internal && context.Has("private-ipv4-addresses");
        bool settled = former is null ? context.Subject.Hostname is not null : former.Hostname is not null && GoValues.List(former.Value(key) ?? string.Empty).Contains(one.Id, StringComparer.Ordinal);
        if (one.Free < SubnetSelection.AddressesNeeded && !said && !settled)
            context.Error("TooFewAddresses", key, $"{one.Free} addresses are free in {one.Id}, and Elastic Load Balancing wants {SubnetSelection.AddressesNeeded}.", ReviewFix.ToRun($"aws ec2 describe-network-interfaces --region {region} --filters Name=subnet-id,Values={one.Id} --query 'NetworkInterfaces[].[Description,PrivateIpAddress]' --output text"));
        if (scheme == SubnetScheme.InternetFacing && (!one.IsPublic || one.IsBlackhole))
            context.Warn("SubnetNotPublic", key, $"The route table {one.RouteTableId} of {one.Id} leads to no internet gateway: nobody outside reaches an internet-facing load balancer there.", ReviewFix.ToRun($"aws ec2 describe-route-tables --region {region} --route-table-ids {one.RouteTableId}"));
    }
}
