using System.Management.Automation;
using Amazon.IdentityManagement.Model;

namespace EksTools.Tests.WorkloadIdentity;

/// <summary>Register-EksOidcProvider in the engine, against the sandbox.</summary>
public sealed class RegisterEksOidcProviderTests
{
    [Fact]
    public async Task A_provider_is_registered_once_and_gains_what_it_lacks()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using Iam iam = new(rehearsal.Sandbox);
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();

        // As a cluster has none that another tool made.
        await iam.Client.DeleteOpenIDConnectProviderAsync(new DeleteOpenIDConnectProviderRequest { OpenIDConnectProviderArn = Assert.Single(await iam.ReadProvidersAsync()) }, TestContext.Current.CancellationToken);
        Assert.Empty(rehearsal.Session.Run("Register-EksOidcProvider demo -WhatIf").Good());
        Assert.Empty(await iam.ReadProvidersAsync());
        PSObject made = Assert.Single(rehearsal.Session.Run("Get-EksCluster demo | Register-EksOidcProvider -Tag @{ team = 'web' }").Good());
        Assert.Equal("Created", Says(made, "Change"));
        Assert.Equal(Assert.Single(await iam.ReadProvidersAsync()), Says(made, "OpenIDConnectProviderArn"));
        Assert.Equal("Found", Says(Assert.Single(rehearsal.Session.Run("Register-EksOidcProvider demo").Good()), "Change"));
        Assert.Equal("Updated", Says(Assert.Single(rehearsal.Session.Run("Register-EksOidcProvider demo -ClientId sts.amazonaws.com, other").Good()), "Change"));
        GetOpenIDConnectProviderResponse there = await iam.Client.GetOpenIDConnectProviderAsync(new GetOpenIDConnectProviderRequest { OpenIDConnectProviderArn = Says(made, "OpenIDConnectProviderArn") }, TestContext.Current.CancellationToken);
        Assert.Equal(["sts.amazonaws.com", "other"], there.ClientIDList);
        Assert.Contains(there.Tags, static tag => tag is { Key: "team", Value: "web" });
    }

    private static string Says(PSObject record, string property) => $"{record.Properties[property].Value}";
}
