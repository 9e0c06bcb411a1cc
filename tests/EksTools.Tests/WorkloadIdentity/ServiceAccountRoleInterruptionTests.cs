using System.Management.Automation;
using System.Text.Json.Nodes;
using Amazon.IdentityManagement.Model;
using EksTools.Testing;

namespace EksTools.Tests.WorkloadIdentity;

/// <summary>A role for pods is made, moved and taken away while the process dies at each of its calls, before the service acts and after.</summary>
public sealed class ServiceAccountRoleInterruptionTests : IAsyncLifetime
{
    private const string Policies = "-PolicyDocument '{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}}' -WellKnownPolicy EbsCsiController, ExternalDns";
    private Rehearsal rehearsal = null!;
    private Iam iam = null!;
    private Kubernetes kubernetes = null!;

    public async ValueTask InitializeAsync()
    {
        rehearsal = await Rehearsal.StartAsync();
        iam = new Iam(rehearsal.Sandbox);
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        kubernetes = new Kubernetes(rehearsal, "demo");
        await ForgetProvidersAsync();
    }

    [Theory]
    [InlineData("Irsa", false)]
    [InlineData("Irsa", true)]
    [InlineData("PodIdentity", false)]
    [InlineData("PodIdentity", true)]
    public async Task Made_whole_by_the_next_run(string mode, bool acted)
    {
        int calls = 0;
        string? calm = null;
        for (bool cut = true; cut; calls++)
        {
            string command = $"New-EksServiceAccountRole demo shop-{calls}/app -CreateNamespace -Mode {mode} {Policies}";
            cut = await Interruption.CutAsync(rehearsal, command, calls, acted);
            PSObject role = Assert.Single(rehearsal.Session.Run(command).Good());
            string state = await DescribeAsync(role, $"shop-{calls}");
            Assert.Equal(calm ??= state, state);
            await ForgetProvidersAsync();
        }

        // DescribeCluster, the policies, CreateRole and so on: a run of this kind makes more than a dozen.
        Assert.InRange(calls, 14, 40);
    }

    [Theory]
    [InlineData("Irsa", false)]
    [InlineData("PodIdentity", true)]
    public async Task Taken_away_whole_by_the_next_run(string mode, bool acted)
    {
        int calls = 0;
        for (bool cut = true; cut; calls++)
        {
            string name = (string)Assert.Single(rehearsal.Session.Run($"New-EksServiceAccountRole demo app-{calls} -Mode {mode} {Policies}").Good()).Properties["RoleName"].Value;
            cut = await Interruption.CutAsync(rehearsal, $"Remove-EksServiceAccountRole demo app-{calls} -Confirm:$false", calls, acted);
            Answer again = rehearsal.Session.Run($"Remove-EksServiceAccountRole demo app-{calls} -Confirm:$false");
            Assert.All(again.Errors, static error => Assert.StartsWith("ServiceAccountRoleNotFound,", error.FullyQualifiedErrorId, StringComparison.Ordinal));
            Assert.DoesNotContain(await Inventory.ReadAsync(rehearsal.Sandbox), thing => thing.StartsWith($"role {name}:", StringComparison.Ordinal));
            Assert.Null(await kubernetes.ReadAsync($"/api/v1/namespaces/default/serviceaccounts/app-{calls}"));
        }

        Assert.InRange(calls, 10, 40);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Moved_to_pod_identity_by_the_next_run(bool acted)
    {
        int calls = 0;
        for (bool cut = true; cut; calls++)
        {
            rehearsal.Session.Run($"New-EksServiceAccountRole demo app-{calls} -Mode Irsa {Policies}").Good();
            cut = await Interruption.CutAsync(rehearsal, $"Convert-EksServiceAccountRole demo app-{calls} -To PodIdentity; Convert-EksServiceAccountRole demo app-{calls} -To PodIdentity -Finish", calls, acted);
            Answer again = rehearsal.Session.Run($"Convert-EksServiceAccountRole demo app-{calls} -To PodIdentity; Convert-EksServiceAccountRole demo app-{calls} -To PodIdentity -Finish");
            Assert.Equal([], again.Errors.Select(static error => error.ToString()));
            PSObject there = Assert.Single(rehearsal.Session.Run($"Get-EksServiceAccountRole demo app-{calls}").Good());
            Assert.Equal("PodIdentity", there.Properties["Mode"].Value.ToString());
            JsonNode statement = Assert.Single(await iam.ReadTrustAsync((string)there.Properties["RoleName"].Value))!;
            Assert.Equal("pods.eks.amazonaws.com", (string?)statement["Principal"]!["Service"]);
        }

        Assert.InRange(calls, 16, 60);
    }

    public async ValueTask DisposeAsync()
    {
        kubernetes.Dispose();
        iam.Dispose();
        await rehearsal.DisposeAsync();
    }

    private async Task<string> DescribeAsync(PSObject made, string space)
    {
        string role = (string)made.Properties["RoleName"].Value;
        JsonObject account = (await kubernetes.ReadAsync($"/api/v1/namespaces/{space}/serviceaccounts/app"))!;
        JsonArray trust = await iam.ReadTrustAsync(role);
        IReadOnlyList<string> policies = await iam.ReadPoliciesAsync(role);
        return string.Join('\n',
            made.Properties["Mode"].Value,
            made.Properties["AssociationId"].Value is null ? "no association" : "associated",
            string.Join(' ', policies),
            trust.ToJsonString(),
            (string?)account["metadata"]!["annotations"]?["eks.amazonaws.com/role-arn"] == (string)made.Properties["RoleArn"].Value,
            (await iam.ReadProvidersAsync()).Count).Replace(space, "NAMESPACE", StringComparison.Ordinal);
    }

    /// <summary>The next round makes the provider again.</summary>
    private async Task ForgetProvidersAsync()
    {
        foreach (string provider in await iam.ReadProvidersAsync())
        {
            await iam.Client.DeleteOpenIDConnectProviderAsync(new DeleteOpenIDConnectProviderRequest { OpenIDConnectProviderArn = provider }, TestContext.Current.CancellationToken);
        }
    }
}
