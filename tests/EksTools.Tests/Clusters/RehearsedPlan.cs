using Amazon.IdentityManagement.Model;
using Iam = EksTools.Testing.Iam;

namespace EksTools.Tests.Clusters;

/// <summary>A way to make a cluster that is rehearsed on bad days, said twice: as a command's options, and as the same request for a process of its own.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Options">The options of New-EksCluster.</param>
/// <param name="Request">The request in JSON, without the cluster's name.</param>
internal sealed record RehearsedPlan(string Name, string Options, string Request)
{
    public const string Remove = "Remove-EksCluster demo -Confirm:$false";

    public static RehearsedPlan Plain { get; } = new("plain", string.Empty, "{}");

    /// <summary>Linux of two architectures, Windows, and a Fargate profile beside them.</summary>
    public static RehearsedPlan Mixed { get; } = new(
        "Windows and Fargate",
        "-NodeGroup @{ Name = 'linux'; DesiredSize = 1 }, @{ Name = 'arm'; InstanceType = 'm7g.large'; DesiredSize = 1 }, @{ Name = 'win'; AmiType = 'WINDOWS_CORE_2022_x86_64'; DesiredSize = 1; DiskSize = 100 } -FargateProfile @{ Name = 'batch'; Selector = @{ Namespace = 'jobs' } }",
        """{"NodeGroup":[{"Name":"linux","DesiredSize":1},{"Name":"arm","InstanceType":["m7g.large"],"DesiredSize":1},{"Name":"win","AmiType":"WINDOWS_CORE_2022_x86_64","DesiredSize":1,"DiskSize":100}],"FargateProfile":[{"Name":"batch","Selector":[{"Namespace":"jobs"}]}]}""");

    /// <summary>No nodes but those of Fargate: coredns runs there too.</summary>
    public static RehearsedPlan Fargate { get; } = new("Fargate alone", "-Fargate", """{"Fargate":true}""");

    public static RehearsedPlan Auto { get; } = new("Auto Mode", "-AutoMode -NodePool general-purpose", """{"AutoMode":true,"NodePool":["general-purpose"]}""");

    /// <summary>In a VPC and with roles that were there before, once <see cref="PrepareAsync"/> has made them.</summary>
    public static RehearsedPlan Own { get; } = new("own network and roles", "-NodeCount 1 -SubnetId {0} -ClusterRoleArn {1} -NodeRoleArn {2}", """{"NodeCount":1,"SubnetId":["{0}"],"ClusterRoleArn":"{1}","NodeRoleArn":"{2}"}""");

    public static IReadOnlyList<RehearsedPlan> WithOptions { get; } = [Mixed, Fargate, Auto, Own];

    /// <summary>The command that makes it.</summary>
    public string Create => $"New-EksCluster demo {Options}".TrimEnd();

    /// <summary>The plan of a name.</summary>
    public static RehearsedPlan Named(string name) => WithOptions.Single(plan => plan.Name == name);

    /// <summary>Makes what must be there before, and says the plan with it.</summary>
    public async Task<RehearsedPlan> PrepareAsync(Rehearsal rehearsal)
    {
        if (this != Own)
        {
            return this;
        }

        string subnets = await ForeignCluster.CreatePublicSubnetsAsync(rehearsal.Sandbox, "10.8.0.0/16", "10.8.0.0/20", "10.8.16.0/20", dnsNames: true);
        using Iam iam = new(rehearsal.Sandbox);
        string cluster = await RoleAsync(iam, "MyCluster", "eks.amazonaws.com", "AmazonEKSClusterPolicy", "AmazonEKSVPCResourceController");
        string node = await RoleAsync(iam, "MyNodes", "ec2.amazonaws.com", "AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly");
        return this with { Options = Fill(Options, subnets), Request = Fill(Request, subnets.Replace(",", "\",\"", StringComparison.Ordinal)) };

        string Fill(string text, string ids) => text.Replace("{0}", ids, StringComparison.Ordinal).Replace("{1}", cluster, StringComparison.Ordinal).Replace("{2}", node, StringComparison.Ordinal);
    }

    private static async Task<string> RoleAsync(Iam iam, string name, string service, params string[] policies)
    {
        string trust = $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"{{service}}"},"Action":["sts:AssumeRole","sts:TagSession"]}]}""";
        Role role = (await iam.Client.CreateRoleAsync(new CreateRoleRequest { RoleName = name, AssumeRolePolicyDocument = trust }, TestContext.Current.CancellationToken)).Role;
        foreach (string policy in policies)
        {
            await iam.Client.AttachRolePolicyAsync(new AttachRolePolicyRequest { RoleName = name, PolicyArn = $"arn:aws:iam::aws:policy/{policy}" }, TestContext.Current.CancellationToken);
        }

        return role.Arn;
    }
}
