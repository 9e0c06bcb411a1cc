using Amazon.CertificateManager.Model;
using Amazon.EC2.Model;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Networking;
using EksTools.Core.Networking.Subnets;
using EksTools.Errors;
using EksTools.Plans;
using Subnet = Amazon.EC2.Model.Subnet;

namespace EksTools.Core.LoadBalancing.AwsResources;

/// <summary>
/// Asks AWS for what annotations name, each thing once. What may not be looked at, or does not answer in time, is told as a warning and counts as
/// not looked at: it is the controller's to need it, not ours.
/// </summary>
internal sealed class ResourceReader(AwsAccount account, EksCluster cluster, TimeProvider time)
{
    private const int IdsAtOnce = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Dictionary<string, CertificateFacts?> certificates = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AddressFacts?> addresses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> otherSubnets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SecurityGroupFacts> groups = new(StringComparer.Ordinal);
    private readonly HashSet<string> askedGroups = new(StringComparer.Ordinal);
    private readonly HashSet<string> silent = new(StringComparer.Ordinal);
    private IReadOnlyList<SubnetFacts>? subnets;
    private bool hasGroups;

    /// <summary>What AWS says of these names.</summary>
    public async Task<ResourceFacts> ReadAsync(ResourceNames names, IJobObserver observer, CancellationToken cancellationToken)
    {
        string vpc = cluster.ResourcesVpcConfig?.VpcId ?? string.Empty;
        if (names.NeedsSubnets && subnets is null && vpc.Length > 0)
            await TryAsync("the subnets", observer, async token => subnets = await SubnetFactReader.ReadAsync(account, cluster, token), cancellationToken);
        if (names.NeedsSecurityGroups && !hasGroups && vpc.Length > 0)
            hasGroups = await TryAsync("the security groups", observer, async token => Take(await account.Ec2.FindSecurityGroupsAsync([new Filter("vpc-id", [vpc])], token)), cancellationToken);
        await FindStrangersAsync(names, observer, cancellationToken);
        foreach (string[] some in names.Addresses.Where(id => !addresses.ContainsKey(id)).Chunk(IdsAtOnce))
            await TryAsync("the Elastic IP addresses", observer, token => ReadAddressesAsync(some, token), cancellationToken);
        foreach (string arn in names.Certificates.Where(arn => !certificates.ContainsKey(arn) && Values.CertificateArn.RegionOf(arn) == account.Region && AccountOf(arn) == AccountOf(cluster.Arn)))
            await TryAsync("the certificates", observer, token => ReadCertificateAsync(arn, observer, token), cancellationToken);
        return new ResourceFacts
        {
            Account = AccountOf(cluster.Arn),
            Vpc = vpc,
            Now = time.GetUtcNow(),
            Certificates = certificates,
            Addresses = addresses,
            Subnets = subnets,
            OtherSubnets = otherSubnets,
            SecurityGroups = hasGroups ? [.. groups.Values] : null,
        };
    }

    private static string AccountOf(string arn) => arn.Split(':', 6) is [_, _, _, _, var owner, _] ? owner : string.Empty;

    /// <summary>Ids that are not in the cluster's VPC: somewhere else, or nowhere.</summary>
    private async Task FindStrangersAsync(ResourceNames names, IJobObserver observer, CancellationToken cancellationToken)
    {
        string[] strange = subnets is null ? [] : [.. names.Subnets.Where(id => !otherSubnets.ContainsKey(id) && subnets.All(one => one.Id != id))];
        foreach (string[] some in strange.Chunk(IdsAtOnce))
        {
            await TryAsync("the subnets", observer, async token =>
            {
                List<Subnet> found = await account.Ec2.FindSubnetsAsync([new Filter("subnet-id", [.. some])], token);
                foreach (string id in some)
                    otherSubnets[id] = found.Find(one => one.SubnetId == id)?.VpcId;
            }, cancellationToken);
        }
        foreach (string[] some in hasGroups ? names.SecurityGroups.Where(id => !groups.ContainsKey(id) && askedGroups.Add(id)).Chunk(IdsAtOnce) : [])
            await TryAsync("the security groups", observer, async token => Take(await account.Ec2.FindSecurityGroupsAsync([new Filter("group-id", [.. some])], token)), cancellationToken);
    }

    private void Take(List<SecurityGroup> found)
    {
        foreach (SecurityGroup group in found)
            groups[group.GroupId] = new SecurityGroupFacts(group.GroupId, (group.Tags ?? []).Find(static tag => tag.Key == "Name")?.Value, group.VpcId);
    }

    private async Task ReadAddressesAsync(string[] some, CancellationToken cancellationToken)
    {
        // By filter: an id that is not there is no error then.
        List<Address> found = await account.Ec2.FindAddressesAsync([new Filter("allocation-id", [.. some])], cancellationToken);
        foreach (string id in some)
        {
            Address? one = found.Find(address => address.AllocationId == id);
            addresses[id] = one is null ? null : new AddressFacts(one.PublicIp, one.AssociationId is { Length: > 0 } ? one.InstanceId is { Length: > 0 } instance ? instance : one.NetworkInterfaceId ?? one.AssociationId : null);
        }
    }

    private async Task ReadCertificateAsync(string arn, IJobObserver observer, CancellationToken cancellationToken)
    {
        try
        {
            CertificateDetail found = (await account.Certificates.DescribeCertificateAsync(new DescribeCertificateRequest { CertificateArn = arn }, cancellationToken)).Certificate;
            CertificateFacts facts = new(found.Status?.Value ?? string.Empty, found.SubjectAlternativeNames is { Count: > 0 } names ? names : [found.DomainName], found.NotAfter is { } end ? new DateTimeOffset(end.ToUniversalTime()) : null, found.Type == Amazon.CertificateManager.CertificateType.AMAZON_ISSUED);
            certificates[arn] = facts;
            observer.Verbose($"Certificate {arn} is {facts.Status}, for {string.Join(", ", facts.Names)}{(facts.End is { } until ? $", until {until:yyyy-MM-dd}" : string.Empty)}.");
        }
        catch (ResourceNotFoundException)
        {
            certificates[arn] = null;
        }
    }

    /// <summary>Looks at one sort of things. False, with a warning once for each sort, when AWS does not let us or does not answer.</summary>
    private async Task<bool> TryAsync(string what, IJobObserver observer, Func<CancellationToken, Task> look, CancellationToken cancellationToken)
    {
        if (silent.Contains(what))
            return false;
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        string reason;
        try
        {
            await look(patience.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            reason = $"AWS did not answer in {Patience.TotalSeconds:0} s.";
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            EksToolsException failure = await account.TranslateAsync(exception);
            if (failure.Kind is not (EksErrorKind.Denied or EksErrorKind.Network or EksErrorKind.Throttled or EksErrorKind.Service))
                throw failure;
            reason = failure.Message;
        }
        silent.Add(what);
        observer.Warn($"Whether {what} that annotations name are there and fit was not checked: {reason} -SkipResourceCheck does without.");
        return false;
    }
}
