using System.Diagnostics;
using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.Runtime;
using EksTools.Sandbox.Faults;
using EksTools.Testing;

namespace EksTools.Benchmarks;

/// <summary>
/// Get-EksCluster over 20 regions with 50 clusters each, every answer of EKS 60 ms away, against the same clusters described one after another,
/// which is reckoned from twenty-five of them.
/// </summary>
internal static class FleetFigure
{
    private const int Regions = 20, Clusters = 50, Sampled = 25;
    private static readonly TimeSpan Distance = TimeSpan.FromMilliseconds(60);

    public static async Task RunAsync()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        string[] regions = [.. Names.Take(Regions)];
        foreach (string region in regions)
        {
            await FillAsync(rehearsal, region);
        }

        rehearsal.Sandbox.Faults.Add(new FaultRule { Service = "eks", Kind = FaultKind.Delay, Delay = Distance, Count = int.MaxValue });
        string list = string.Join(", ", regions);
        double all = Seconds(rehearsal, $"Get-EksCluster -Region {list}", Regions * Clusters);
        double wide = Seconds(rehearsal, $"Get-EksCluster -Region {list} -ThrottleLimit 20", Regions * Clusters);
        double sample = Seconds(rehearsal, $"1..{Sampled} | ForEach-Object {{ Get-EksCluster ('c{{0:00}}' -f $_) -Region {regions[0]} }}", Sampled);
        double serial = sample / Sampled * Regions * Clusters;
        Console.WriteLine($"Get-EksCluster, {Regions} regions of {Clusters} clusters, answers {Distance.TotalMilliseconds:0} ms away: {all:0.0} s (-ThrottleLimit 20: {wide:0.0} s); one after another {serial:0} s (from {Sampled}); ratio {all / serial:0.000}");
    }

    private static string[] Names =>
    [
        "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "ca-west-1", "sa-east-1", "eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-central-2",
        "eu-north-1", "eu-south-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "ap-northeast-2", "me-south-1", "af-south-1",
    ];

    /// <summary>One cluster as the module makes it, and the others in its network.</summary>
    private static async Task FillAsync(Rehearsal rehearsal, string region)
    {
        rehearsal.Session.Run($"New-EksCluster c01 -Region {region} -NoNodeGroup -NatGateway None -NoKubeconfig -NoWait").Good();
        using AmazonEKSClient eks = new(new BasicAWSCredentials(rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey), new AmazonEKSConfig { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = region });
        Cluster first = (await eks.DescribeClusterAsync(new DescribeClusterRequest { Name = "c01" })).Cluster;
        for (int number = 2; number <= Clusters; number++)
        {
            await eks.CreateClusterAsync(new CreateClusterRequest { Name = $"c{number:00}", RoleArn = first.RoleArn, ResourcesVpcConfig = new VpcConfigRequest { SubnetIds = first.ResourcesVpcConfig.SubnetIds } });
        }
    }

    private static double Seconds(Rehearsal rehearsal, string command, int expected)
    {
        long start = Stopwatch.GetTimestamp();
        int found = rehearsal.Session.Run(command).Good().Count;
        double taken = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return found == expected ? taken : throw new InvalidOperationException($"{command} found {found} clusters instead of {expected}.");
    }
}
