using System.Management.Automation;
using System.Management.Automation.Language;
using Amazon.IdentityManagement.Model;
using EksTools.Testing;

namespace EksTools.Tests.WorkloadIdentity;

/// <summary>Test-EksServiceAccountRole in the engine, against the sandbox: each link is broken, found, and mended by the command that the finding gives.</summary>
public sealed class TestEksServiceAccountRoleTests : IAsyncLifetime
{
    private Rehearsal rehearsal = null!;
    private Iam iam = null!;

    public async ValueTask InitializeAsync()
    {
        rehearsal = await Rehearsal.StartAsync();
        iam = new Iam(rehearsal.Sandbox);
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig; New-EksServiceAccountRole demo a -Mode Irsa; New-EksServiceAccountRole demo b -Mode PodIdentity").Good();
    }

    [Fact]
    public void What_New_made_has_no_finding()
    {
        Assert.Empty(Rules("Test-EksServiceAccountRole demo"));
        Assert.Empty(Rules("Test-EksServiceAccountRole demo a, b -All"));
        Assert.Equal(true, rehearsal.Session.Run("Get-EksServiceAccountRole demo | Test-EksServiceAccountRole -Quiet").Good()[0].BaseObject);
    }

    [Fact]
    public void A_service_account_without_a_role_gets_one_by_the_fix()
    {
        Assert.Equal(["ServiceAccountMissing"], Rules("Test-EksServiceAccountRole demo new"));
        Assert.Equal(["NoRole"], Rules("Test-EksServiceAccountRole demo default"));
        Mend("Test-EksServiceAccountRole demo new");
    }

    [Fact]
    public async Task A_provider_that_is_gone_is_found_and_registered_again()
    {
        await iam.Client.DeleteOpenIDConnectProviderAsync(new DeleteOpenIDConnectProviderRequest { OpenIDConnectProviderArn = Assert.Single(await iam.ReadProvidersAsync()) }, TestContext.Current.CancellationToken);
        Assert.Equal(["ProviderMissing"], Rules("Test-EksServiceAccountRole demo a"));
        Assert.Contains("RoleTrustsDeadProvider", Rules("Test-EksServiceAccountRole demo -All"));
        Mend("Test-EksServiceAccountRole demo a");
    }

    [Fact]
    public async Task A_role_that_is_gone_or_trusts_somebody_else_is_mended()
    {
        await iam.Client.UpdateAssumeRolePolicyAsync(new UpdateAssumeRolePolicyRequest { RoleName = "ekstools-demo-us-west-2-default.a", PolicyDocument = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/OTHER"},"Action":"sts:AssumeRoleWithWebIdentity"}]}""" }, TestContext.Current.CancellationToken);
        Assert.Equal(["ProviderOfOtherCluster"], Rules("Test-EksServiceAccountRole demo a"));
        Assert.Equal(["AudienceNotChecked", "RoleTrustsDeadProvider", "SubjectNotChecked"], Rules("Test-EksServiceAccountRole demo b -All").Order(StringComparer.Ordinal));
        Mend("Test-EksServiceAccountRole demo a");

        await iam.Client.DeleteRoleAsync(new DeleteRoleRequest { RoleName = "ekstools-demo-us-west-2-default.b" }, TestContext.Current.CancellationToken);
        Assert.Equal(["RoleMissing"], Rules("Test-EksServiceAccountRole demo b"));
        Mend("Test-EksServiceAccountRole demo b");
    }

    [Fact]
    public async Task Pod_identity_needs_its_agent_and_both_actions()
    {
        await iam.Client.UpdateAssumeRolePolicyAsync(new UpdateAssumeRolePolicyRequest { RoleName = "ekstools-demo-us-west-2-default.b", PolicyDocument = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}""" }, TestContext.Current.CancellationToken);
        using (Amazon.EKS.AmazonEKSClient eks = new(new Amazon.Runtime.BasicAWSCredentials(rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey), new Amazon.EKS.AmazonEKSConfig { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" }))
        {
            await eks.DeleteAddonAsync(new Amazon.EKS.Model.DeleteAddonRequest { ClusterName = "demo", AddonName = "eks-pod-identity-agent" }, TestContext.Current.CancellationToken);
        }

        Assert.Equal(["AgentMissing", "PodIdentityNotTrusted"], Rules("Test-EksServiceAccountRole demo b"));
        Mend("Test-EksServiceAccountRole demo b");
    }

    [Fact]
    public async Task Roles_of_pod_identity_and_every_wildcard_are_audited()
    {
        string provider = Assert.Single(await iam.ReadProvidersAsync());
        string issuer = provider[(provider.IndexOf('/', StringComparison.Ordinal) + 1)..];
        const string patterned = """{"Effect":"Allow","Principal":{"Federated":"PROVIDER"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"ISSUER:aud":"sts.amazonaws.com"},"StringLike":{"ISSUER:sub":"system:serviceaccount:default:job-?"}}}""";
        await CreateAsync("question", patterned.Replace("PROVIDER", provider, StringComparison.Ordinal).Replace("ISSUER", issuer, StringComparison.Ordinal));
        await CreateAsync("open", PodIdentity(string.Empty));
        await CreateAsync("orphan", PodIdentity(""","Condition":{"StringEquals":{"aws:RequestTag/eks-cluster-arn":"arn:aws:eks:us-west-2:111122223333:cluster/demo","aws:RequestTag/kubernetes-namespace":"default","aws:RequestTag/kubernetes-service-account":"gone"}}"""));
        await CreateAsync("whole", PodIdentity(""","Condition":{"StringEquals":{"aws:RequestTag/eks-cluster-name":"demo"}}"""));
        await CreateAsync("elsewhere", PodIdentity(""","Condition":{"StringEquals":{"aws:RequestTag/eks-cluster-name":"other"}}"""));
        Assert.Equal(
            ["PodIdentityClusterNotChecked role open", "RoleOrphaned role orphan", "RoleOrphaned role whole", "WildcardSubject role question"],
            rehearsal.Session.Run("Test-EksServiceAccountRole demo a -All").Good().Select(static finding => $"{finding.Properties["Rule"].Value} {finding.Properties["Where"].Value}").Order(StringComparer.Ordinal));

        static string PodIdentity(string condition) => $$"""{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]{{condition}}}""";
        Task CreateAsync(string name, string statement) => iam.Client.CreateRoleAsync(new CreateRoleRequest { RoleName = name, AssumeRolePolicyDocument = $$"""{"Version":"2012-10-17","Statement":[{{statement}}]}""" }, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Annotations_pods_and_shadows()
    {
        using Kubernetes kubernetes = new(rehearsal, "demo");
        await kubernetes.CreateAsync("/api/v1/namespaces/default/serviceaccounts", """{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"odd","annotations":{"eks.amazonaws.com/role-arn":"arn:aws:iam::111122223333:role/a "}}}""");
        await kubernetes.CreateAsync("/api/v1/namespaces/default/serviceaccounts", """{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"china","annotations":{"eks.amazonaws.com/role-arn":"arn:aws-cn:iam::111122223333:role/a"}}}""");
        await kubernetes.CreateAsync("/api/v1/namespaces/default/serviceaccounts", """{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"path","annotations":{"eks.amazonaws.com/role-arn":"arn:aws:iam::111122223333:role/team/ekstools-demo-us-west-2-default.a"}}}""");
        await kubernetes.CreateAsync("/api/v1/namespaces/default/pods", """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"old"},"spec":{"serviceAccountName":"a","containers":[{"name":"c","image":"i"}]}}""");
        Assert.Empty(Rules("Test-EksServiceAccountRole demo a"));
        rehearsal.Session.Run("New-EksServiceAccountRole demo a -Mode PodIdentity -RoleName other").Good();
        Assert.Equal(["AnnotationNotARole"], Rules("Test-EksServiceAccountRole demo odd"));
        Assert.Equal(["RoleOfOtherPartition"], Rules("Test-EksServiceAccountRole demo china"));
        Assert.Equal(["RolePathWrong", "SubjectNotTrusted"], Rules("Test-EksServiceAccountRole demo path"));
        Assert.Equal(["BothMechanisms", "PodsAreOlder"], Rules("Test-EksServiceAccountRole demo a"));
        Assert.Equal(false, Assert.Single(rehearsal.Session.Run("Test-EksServiceAccountRole demo -Namespace default -Quiet").Good()).BaseObject);
    }

    public async ValueTask DisposeAsync()
    {
        iam.Dispose();
        await rehearsal.DisposeAsync();
    }

    private List<string> Rules(string script)
    {
        IReadOnlyList<PSObject> findings = rehearsal.Session.Run(script).Good();
        Assert.All(findings, static finding =>
        {
            Parser.ParseInput((string)finding.Properties["Fix"].Value, out _, out ParseError[] errors);
            Assert.Empty(errors);
            Assert.Equal("demo us-west-2", $"{finding.Properties["ClusterName"].Value} {finding.Properties["Region"].Value}");
        });
        return [.. findings.Select(static finding => (string)finding.Properties["Rule"].Value)];
    }

    /// <summary>Runs the fixes as they stand; afterwards there is nothing left to find.</summary>
    private void Mend(string test)
    {
        foreach (string fix in rehearsal.Session.Run(test).Good().Select(static finding => (string)finding.Properties["Fix"].Value).Distinct())
        {
            rehearsal.Session.Run(fix).Good();
        }

        Assert.Empty(Rules(test));
    }
}
