namespace EksTools.Sandbox.Tests.Kubernetes;

public sealed class KubectlTests
{
    [Fact]
    public async Task GetNodes_shows_what_people_know()
    {
        await using var cluster = await TestCluster.StartAsync(readyNodes: 1);
        cluster.Api.AddNode(TestCluster.Node(2));
        using var kubectl = new Kubectl(cluster);

        var table = await kubectl.RunAsync("get nodes");

        Assert.Matches(@"^NAME\s+STATUS\s+ROLES\s+AGE\s+VERSION\s*\n", table);
        Assert.Matches(@"ip-10-0-0-1.us-west-2.compute.internal\s+Ready\s+<none>\s+\d+s\s+v1.34.1-eks-", table);
        Assert.Matches(@"ip-10-0-0-2.us-west-2.compute.internal\s+NotReady\s", table);
    }
}
