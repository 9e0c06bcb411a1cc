using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Clusters;
using EksTools.Core.Networking;
using EksTools.Core.Nodes;
using EksTools.Core.Plans;
using EksTools.Nodes;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Creation;

/// <summary>The security group that lets SSH in to the nodes of a group, where somebody is to be let in.</summary>
internal sealed class SshStep(ClusterBuild build, NodeGroupSpecification group)
{
    private const int Port = 22;
    private const string Part = "nodes-ssh";
    private readonly ClusterSpecification specification = build.Specification;
    private readonly IAmazonEC2 ec2 = build.Account.Ec2;
    private readonly NodeGroupOptions options = group.Options;

    /// <summary>The step after which there is the security group; none where nobody is let in.</summary>
    public IReadOnlyList<string> Steps => NodeSshRules.IsOpen(options) ? [Component] : [];

    /// <summary>The security group's id; none where nobody is let in.</summary>
    public IReadOnlyList<string> Ids => [.. Steps.Select(step => build.Ids[step])];

    private string Component => group.Component(Part);

    private string VpcId => specification.ExistingNetwork?.VpcId ?? build.VpcId!;

    /// <summary>Whether a component is such a security group.</summary>
    public static bool IsComponent(string? component) => component == Part || component?.StartsWith($"{Part}-", StringComparison.Ordinal) == true;

    /// <param name="vpc">The steps after which there is a VPC with its ranges.</param>
    public IEnumerable<PlanStep> Create(IReadOnlyList<string> vpc)
    {
        foreach (string step in Steps)
        {
            yield return new PlanStep { Id = step, Needs = vpc, Description = $"security group that opens port {Port} of '{group.Name}' to {Sources()}", Ensure = EnsureAsync };
        }
    }

    private string Sources()
    {
        string[] sources = [.. options.SshFromVpc ? ["the VPC"] : Array.Empty<string>(), .. options.SshSourceCidr.Select(static range => range is "0.0.0.0/0" or "::/0" ? $"everyone ({range})" : range), .. options.SshSourceSecurityGroupId];
        return string.Join(", ", sources);
    }

    private async Task<StepOutcome> EnsureAsync(StepContext context, CancellationToken cancellationToken)
    {
        Filter inVpc = new() { Name = "vpc-id", Values = [VpcId] };
        Ec2Ensure.Kind kind = new(
            async (filters, token) => [.. (await ec2.FindSecurityGroupsAsync([.. filters, inVpc], token)).Select(static one => one.GroupId)],
            async token => (await ec2.CreateSecurityGroupAsync(
                new CreateSecurityGroupRequest
                {
                    VpcId = VpcId,
                    GroupName = $"ekstools-{build.Identity.Name}-{Component}",
                    Description = $"Lets SSH in to the nodes of {group.Name}, for EKS cluster {build.Identity.Name}",
                    TagSpecifications = Ec2Ensure.TagSpecifications(specification, ResourceType.SecurityGroup, Component),
                },
                token)).GroupId,
            (id, token) => ec2.DeleteSecurityGroupAsync(new DeleteSecurityGroupRequest { GroupId = id }, token));
        (string id, StepOutcome outcome) = await Ec2Ensure.OneAsync(build.Identity, Component, kind, context, cancellationToken);
        build.Ids[Component] = id;
        await foreach (IpPermission rule in RulesAsync(cancellationToken))
        {
            try
            {
                await ec2.AuthorizeSecurityGroupIngressAsync(new AuthorizeSecurityGroupIngressRequest { GroupId = id, IpPermissions = [rule] }, cancellationToken);
            }
            catch (AmazonServiceException exception) when (exception.ErrorCode == "InvalidPermission.Duplicate")
            {
                // By an earlier run, or by a call whose answer was lost.
            }
        }

        return outcome;
    }

    /// <summary>One each: EC2 takes all rules of a call or none, and one that is there already would keep the others out.</summary>
    private async IAsyncEnumerable<IpPermission> RulesAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string range in (options.SshFromVpc ? await VpcRangesAsync(cancellationToken) : []).Concat(options.SshSourceCidr).Distinct(StringComparer.Ordinal))
        {
            yield return Ipv4Cidr.TryParse(range, out _) ? Rule(new IpPermission { Ipv4Ranges = [new IpRange { CidrIp = range }] }) : Rule(new IpPermission { Ipv6Ranges = [new Ipv6Range { CidrIpv6 = range }] });
        }

        foreach (string source in options.SshSourceSecurityGroupId)
        {
            yield return Rule(new IpPermission { UserIdGroupPairs = [new UserIdGroupPair { GroupId = source }] });
        }
    }

    private async Task<IEnumerable<string>> VpcRangesAsync(CancellationToken cancellationToken)
    {
        if (specification.ExistingNetwork is not { } existing)
        {
            return specification.IpFamily == ClusterIpFamily.IPv6 ? [$"{specification.VpcCidr}", $"{build.Ipv6Range}"] : [$"{specification.VpcCidr}"];
        }

        Vpc vpc = (await ec2.DescribeVpcsAsync(new DescribeVpcsRequest { VpcIds = [VpcId] }, cancellationToken)).Vpcs[0];
        IEnumerable<string> six = (vpc.Ipv6CidrBlockAssociationSet ?? []).Where(static one => one.Ipv6CidrBlockState?.State == VpcCidrBlockStateCode.Associated).Select(static one => one.Ipv6CidrBlock);
        return [.. existing.Ranges.Select(static range => $"{range}"), .. six];
    }

    private static IpPermission Rule(IpPermission peer)
    {
        peer.IpProtocol = "tcp";
        (peer.FromPort, peer.ToPort) = (Port, Port);
        return peer;
    }
}
