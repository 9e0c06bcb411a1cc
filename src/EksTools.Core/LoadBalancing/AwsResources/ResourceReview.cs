using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.Core.LoadBalancing.Review;
using EksTools.Core.LoadBalancing.Values;
using EksTools.Core.Networking.Subnets;
using EksTools.LoadBalancing;

namespace EksTools.Core.LoadBalancing.AwsResources;

/// <summary>Holds what the annotations of an object name against what AWS has.</summary>
internal sealed class ResourceReview
{
    private readonly ReviewContext context;
    private readonly LoadBalancedObject? former;
    private readonly ResourceFacts facts;
    private readonly string cluster;
    private readonly string region;

    private ResourceReview(ReviewContext context, LoadBalancedObject? former, ResourceFacts facts, string cluster, string region)
    {
        this.context = context;
        this.former = former;
        this.facts = facts;
        this.cluster = cluster;
        this.region = region;
    }

    private LoadBalancedObject Subject => context.Subject;

    /// <summary>What is wrong with these annotations of an object. Pure: all that AWS said is given.</summary>
    /// <param name="subject">The object as it is to be.</param>
    /// <param name="former">The object as it was, whose load balancer may have its addresses already; null where it does not change.</param>
    /// <param name="reader">Who takes it.</param>
    /// <param name="keys">The annotations.</param>
    /// <param name="controllers">What is known of the controllers.</param>
    /// <param name="facts">What AWS said.</param>
    /// <param name="cluster">The cluster's name.</param>
    public static IReadOnlyList<ReviewNote> Of(LoadBalancedObject subject, LoadBalancedObject? former, AnnotationReader reader, IReadOnlyCollection<string> keys, ControllerFacts controllers, ResourceFacts facts, string cluster)
    {
        ReviewContext context = new(subject, reader, controllers);
        ResourceReview review = new(context, former, facts, cluster, controllers.Region ?? string.Empty);
        foreach (string key in keys.Where(subject.Annotations.ContainsKey))
        {
            if (ResourceNames.IsCertificate(key))
                review.Certificates(key);
            else if (ResourceNames.IsAddress(key))
                review.Addresses(key);
            else if (ResourceNames.IsSubnet(key))
                new SubnetReview(context, former, facts, review.region).Find(key);
            else if (ResourceNames.IsSecurityGroup(key))
                review.SecurityGroups(key);
        }
        if (keys.Any(ResourceNames.IsScheme))
            review.Discovery();
        return context.Notes;
    }

    private IReadOnlyList<string> Items(string key) => GoValues.List(Subject.Value(key) ?? string.Empty);

    private void Certificates(string key)
    {
        foreach (string arn in Items(key).Where(static arn => CertificateArn.RegionOf(arn) is not null && CertificateArn.Judge(arn) is null).Distinct(StringComparer.Ordinal))
        {
            string owner = arn.Split(':', 6)[4];
            ReviewFix look = ReviewFix.ToRun($"aws acm describe-certificate --certificate-arn {arn} --region {region}");
            if (owner != facts.Account)
            {
                context.Error("CertificateOfOtherAccount", key, $"The certificate {arn} is of account {owner}, and the cluster of {facts.Account}: load balancers take certificates of their own account.", ReviewFix.ToRun($"aws acm list-certificates --region {region}"));
                continue;
            }
            if (!facts.Certificates.TryGetValue(arn, out CertificateFacts? found))
                continue;
            if (found is null)
            {
                context.Error("CertificateNotFound", key, $"There is no certificate {arn} in {region}.", ReviewFix.ToRun($"aws acm list-certificates --region {region} --includes keyTypes=RSA_2048,EC_prime256v1,EC_secp384r1"));
                continue;
            }
            string names = string.Join(", ", found.Names);
            if (found.Status == "EXPIRED" || (found.Status == "ISSUED" && found.End <= facts.Now))
                context.Error("CertificateExpired", key, $"The certificate {arn} ({names}) has expired{(found.End is { } end ? $" on {end:yyyy-MM-dd}" : string.Empty)}.", look);
            else if (found.Status == "PENDING_VALIDATION")
                context.Error("CertificateNotIssued", key, $"The certificate {arn} ({names}) is PENDING_VALIDATION: load balancers take it when it is ISSUED, once the records that ACM names stand in the DNS or its mails are answered.", look);
            else if (found.Status != "ISSUED")
                context.Error("CertificateNotIssued", key, $"The certificate {arn} ({names}) is {found.Status}, and load balancers take those that are ISSUED.", look);
            else if (!found.IsRenewed && found.End - facts.Now < TimeSpan.FromDays(30))
                context.Warn("CertificateEndsSoon", key, $"The certificate {arn} ({names}) ends on {found.End:yyyy-MM-dd}, and ACM does not renew what was imported.", look);
        }
    }

    private void Addresses(string key)
    {
        IReadOnlyList<string> items = Items(key);
        ReviewFix look = ReviewFix.ToRun($"aws ec2 describe-addresses --region {region} --query 'Addresses[?AssociationId==null].[AllocationId,PublicIp]' --output text");
        HashSet<string> had = former is { Hostname: not null } ? new(GoValues.List(former.Value(key) ?? string.Empty), StringComparer.Ordinal) : [];
        if (items.GroupBy(static id => id, StringComparer.Ordinal).FirstOrDefault(static same => same.Count() > 1) is { } twice)
            context.Error("AddressTwice", key, $"{key} names {twice.Key} twice, and an address is in one subnet alone.", look);
        foreach (string id in items.Distinct(StringComparer.Ordinal).Where(facts.Addresses.ContainsKey))
        {
            if (facts.Addresses[id] is not { } found)
                context.Error("AddressNotFound", key, $"There is no Elastic IP address {id} in {region}.", look);
            else if (found.Holder is { } holder && !had.Contains(id) && !(former is null && Subject.Hostname is not null))
                context.Error("AddressTaken", key, $"The Elastic IP address {id} ({found.Address}) is associated with {holder}, and a load balancer takes free ones.", look);
        }

        // With subnets that are named it is told from the manifest alone; an existing load balancer keeps its own.
        bool named = Subject.Annotations.ContainsKey(key == ReviewContext.Key("eip-allocations") ? ReviewContext.Key("subnets") : ReviewContext.AlbKey("frontend-nlb-subnets"));
        if (!named && Subject.Hostname is null && facts.Subnets is { } subnets)
        {
            SubnetSelection selection = SubnetSelection.Of(ControllerChoice.KindOf(context.Reader), SubnetScheme.InternetFacing, cluster, subnets);
            string[] chosen = [.. selection.Chosen.Select(static one => one.Id)];
            if (selection.Failure is null && chosen.Length != items.Count)
                context.Error("AddressesDifferFromSubnets", key, $"There {(items.Count == 1 ? "is 1 Elastic IP address" : $"are {items.Count} Elastic IP addresses")}, and {context.Who} takes {chosen.Length} subnet{(chosen.Length == 1 ? string.Empty : "s")} ({string.Join(", ", chosen)}): there must be one for each. Name the subnets, or as many addresses.", ReviewFix.ToRun($"Test-EksSubnet {cluster} -Region {region} -List"));
        }
    }

    private void SecurityGroups(string key)
    {
        if (facts.SecurityGroups is not { } groups)
            return;
        ReviewFix look = ReviewFix.ToRun($"aws ec2 describe-security-groups --region {region} --filters Name=vpc-id,Values={facts.Vpc} --query 'SecurityGroups[].[GroupId,GroupName]' --output text");
        foreach (string item in Items(key).Distinct(StringComparer.Ordinal))
        {
            bool isId = item.StartsWith("sg-", StringComparison.Ordinal);
            SecurityGroupFacts? found = isId ? groups.FirstOrDefault(one => one.Id == item) : groups.FirstOrDefault(one => one.Tag == item && one.Vpc == facts.Vpc);
            if (found is null)
                context.Error("SecurityGroupNotFound", key, isId ? $"There is no security group {item} in {region}." : $"No security group of {facts.Vpc}, the cluster's VPC, has the tag Name with the value '{item}'.", look);
            else if (found.Vpc != facts.Vpc)
                context.Error("SecurityGroupOfOtherVpc", key, $"The security group {item} is of {found.Vpc}, and the cluster of {facts.Vpc}.", look);
        }
    }

    /// <summary>Whether the controller finds subnets of its own, where none are named and there is no load balancer yet.</summary>
    private void Discovery()
    {
        string named = Subject.IsService ? ReviewContext.Key("subnets") : ReviewContext.AlbKey("subnets");
        if (facts.Subnets is not { } subnets || Subject.Hostname is not null || Subject.Annotations.ContainsKey(named) || (!Subject.IsService && context.Parameters?.Settings.ContainsKey("subnets") == true))
            return;
        bool isInternal = context.IsCloudProvider ? context.Value("internal") is { Length: > 0 } and not "false"
            : (Subject.IsService ? context.Scheme : context.Parameters?.Settings.GetValueOrDefault("scheme") ?? Subject.Value(ReviewContext.AlbKey("scheme"))) is null or SubnetScheme.Internal;
        string scheme = isInternal ? SubnetScheme.Internal : SubnetScheme.InternetFacing;
        EksLoadBalancerControllerKind controller = ControllerChoice.KindOf(context.Reader);
        SubnetSelection selection = SubnetSelection.Of(controller, scheme, cluster, subnets);
        ReviewFix fix = ReviewFix.ToRun($"Test-EksSubnet {cluster} -Region {region} -Fix");
        if (selection.Failure is { } failure)
            context.Error("NoSubnet", null, $"{context.Who} finds no subnet for {(isInternal ? "an internal" : "an internet-facing")} load balancer ({failure}): subnets need the tag {SubnetFacts.RoleOf(scheme)} and {SubnetSelection.AddressesNeeded} free addresses.", fix);
        else if (!Subject.IsService && selection.Chosen is [var one] && one.Locale == "availability-zone")
            context.Error("OneSubnet", null, $"{context.Who} finds {one.Id} alone for {(isInternal ? "an internal" : "an internet-facing")} load balancer, and an Application Load Balancer needs subnets in two Availability Zones.", fix);
    }
}
