using Amazon.IdentityManagement.Model;
using EksTools.Testing;

namespace EksTools.Tests.WorkloadIdentity;

/// <summary>What New-EksServiceAccountRole is for: pods get the role, as STS and EKS Auth of the sandbox judge it, and others do not.</summary>
public sealed class PodCredentialsTests : IAsyncLifetime
{
    private const string Demo = "arn:aws:sts::111122223333:assumed-role/ekstools-demo-us-west-2-default.";
    private Rehearsal rehearsal = null!;
    private Pods pods = null!;

    public async ValueTask InitializeAsync()
    {
        rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig").Good();
        pods = new Pods(rehearsal, "demo");
    }

    [Fact]
    public async Task The_pod_of_the_service_account_gets_the_role_and_no_other()
    {
        rehearsal.Session.Run("New-EksServiceAccountRole demo a -Mode Irsa; New-EksServiceAccountRole demo c -Mode Irsa -Audience vault").Good();
        await pods.CreateAsync("pod-a", "a");
        await pods.CreateAsync("pod-b", "b");
        await pods.CreateAsync("pod-c", "c");
        string role = (await pods.VariableAsync("pod-a", "AWS_ROLE_ARN"))!;
        Assert.Null(LastUsed("a"));
        Assert.Equal($"{Demo}a/pod-a", await pods.AssumeAsync("pod-a"));
        Assert.NotNull(LastUsed("a"));
        Assert.Null(LastUsed("c"));
        Assert.Null(await pods.VariableAsync("pod-b", "AWS_ROLE_ARN"));
        Assert.Equal($"{Demo}c/pod-c", await pods.AssumeAsync("pod-c"));

        // Neither another account's token nor one for another audience, which the provider knows, opens the role.
        rehearsal.Session.Run("New-EksServiceAccountRole demo b -Mode Irsa").Good();
        await pods.CreateAsync("pod-b2", "b");
        Assert.Equal("AccessDenied", await pods.AssumeAsync("pod-b2", role));
        Assert.Equal($"{Demo}b/pod-b2", await pods.AssumeAsync("pod-b2"));
        Assert.Equal("AccessDenied", await pods.AssumeAsync("pod-c", role));

        object? LastUsed(string account) => Assert.Single(rehearsal.Session.Run($"Get-EksServiceAccountRole demo {account}").Good()).Properties["LastUsed"].Value;
    }

    [Fact]
    public async Task A_token_of_another_cluster_gets_nothing_until_the_role_is_shared_with_it()
    {
        rehearsal.Session.Run("New-EksServiceAccountRole demo a -Mode Irsa -RoleName shared; New-EksCluster green -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        using Pods green = new(rehearsal, "green");
        await pods.CreateAsync("pod", "a");
        string role = (await pods.VariableAsync("pod", "AWS_ROLE_ARN"))!;
        rehearsal.Session.Run("New-EksServiceAccountRole green other -Mode Irsa").Good();
        await green.CreateAsync("other", "other");
        Assert.Equal("AccessDenied", await green.AssumeAsync("other", role));
        rehearsal.Session.Run("New-EksServiceAccountRole green a -Mode Irsa -RoleName shared").Good();
        await green.CreateAsync("pod", "a");
        Assert.Equal("arn:aws:sts::111122223333:assumed-role/shared/pod", await green.AssumeAsync("pod"));
        Assert.Equal("arn:aws:sts::111122223333:assumed-role/shared/pod", await pods.AssumeAsync("pod"));
        Assert.Equal("AccessDenied", await green.AssumeAsync("other", role));

        // The provider of one cluster gone, its tokens are nobody's; the other cluster's go on.
        using Iam iam = new(rehearsal.Sandbox);
        foreach (string provider in (await iam.ReadProvidersAsync()).Where(provider => rehearsal.Session.Run("(Get-EksCluster demo).Identity.Oidc.Issuer").Good().Any(issuer => provider.EndsWith($"{issuer}"["https://".Length..], StringComparison.Ordinal))))
        {
            await iam.Client.DeleteOpenIDConnectProviderAsync(new DeleteOpenIDConnectProviderRequest { OpenIDConnectProviderArn = provider }, TestContext.Current.CancellationToken);
        }

        Assert.Equal("InvalidIdentityToken", await pods.AssumeAsync("pod"));
        Assert.Equal("arn:aws:sts::111122223333:assumed-role/shared/pod", await green.AssumeAsync("pod"));
    }

    [Fact]
    public async Task A_pattern_lets_in_whom_it_names()
    {
        rehearsal.Session.Run("New-EksServiceAccountRole demo 'job-*' -RoleName jobs -Mode Irsa; New-EksServiceAccountRole demo job, ajob-1 -Mode Irsa").Good();
        foreach (string name in (string[])["job-1", "job", "ajob-1"])
        {
            await pods.CreateAsync(name, name);
        }

        const string jobs = "arn:aws:iam::111122223333:role/jobs";
        using Kubernetes kubernetes = new(rehearsal, "demo");
        await kubernetes.PatchAsync("/api/v1/namespaces/default/serviceaccounts/job-1", $$$"""{"metadata":{"annotations":{"eks.amazonaws.com/role-arn":"{{{jobs}}}"} }}""");
        await pods.CreateAsync("job-2", "job-1");
        Assert.Equal("arn:aws:sts::111122223333:assumed-role/jobs/job-2", await pods.AssumeAsync("job-2"));
        Assert.Equal("AccessDenied", await pods.AssumeAsync("job", jobs));
        Assert.Equal("AccessDenied", await pods.AssumeAsync("ajob-1", jobs));
    }

    [Fact]
    public async Task Pod_Identity_gives_the_role_to_the_pod_of_the_association()
    {
        rehearsal.Session.Run("New-EksServiceAccountRole demo a -Mode PodIdentity; New-EksServiceAccountRole demo b -Mode Irsa").Good();
        await pods.CreateAsync("pod-a", "a");
        await pods.CreateAsync("pod-b", "b");
        Assert.StartsWith($"{Demo}a/eks-demo-pod-a-", await pods.AskAgentAsync("pod-a"), StringComparison.Ordinal);
        Assert.Equal("InvalidTokenException", await pods.AskAgentAsync("pod-b", await pods.TokenAsync("pod-b")));
        Assert.Equal("InvalidIdentityToken", await pods.AssumeAsync("pod-a", "arn:aws:iam::111122223333:role/ekstools-demo-us-west-2-default.a", await pods.TokenAsync("pod-a", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")));

        // Another role of the same account under the association: the pod follows without being made anew.
        rehearsal.Session.Run("New-EksServiceAccountRole demo a -Mode PodIdentity -RoleName other").Good();
        Assert.StartsWith("arn:aws:sts::111122223333:assumed-role/other/eks-demo-pod-a-", await pods.AskAgentAsync("pod-a"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_moved_works_at_every_step()
    {
        rehearsal.Session.Run("New-EksServiceAccountRole demo a -Mode Irsa").Good();
        await pods.CreateAsync("old", "a");
        rehearsal.Session.Run("Convert-EksServiceAccountRole demo a -To PodIdentity").Good();
        await pods.CreateAsync("new", "a");
        Assert.Equal($"{Demo}a/old", await pods.AssumeAsync("old"));
        Assert.StartsWith($"{Demo}a/eks-demo-new-", await pods.AskAgentAsync("new"), StringComparison.Ordinal);
        rehearsal.Session.Run("Convert-EksServiceAccountRole demo a -To PodIdentity -Finish -Force").Good();
        Assert.Equal("AccessDenied", await pods.AssumeAsync("old"));
        Assert.StartsWith($"{Demo}a/eks-demo-new-", await pods.AskAgentAsync("new"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_the_removal_neither_way_leads_anywhere()
    {
        rehearsal.Session.Run("New-EksServiceAccountRole demo a -Mode Irsa; New-EksServiceAccountRole demo b -Mode PodIdentity; New-EksServiceAccountRole demo c, d -RoleName shared -Mode Irsa").Good();
        foreach (string name in (string[])["a", "b", "c", "d"])
        {
            await pods.CreateAsync($"pod-{name}", name);
        }

        Assert.Equal($"{Demo}a/pod-a", await pods.AssumeAsync("pod-a"));
        Assert.StartsWith($"{Demo}b/", await pods.AskAgentAsync("pod-b"), StringComparison.Ordinal);
        rehearsal.Session.Run("'a', 'b', 'c' | ForEach-Object { Remove-EksServiceAccountRole demo $_ -Force -Confirm:$false }").Good();
        Assert.Equal("AccessDenied", await pods.AssumeAsync("pod-a"));
        Assert.Equal("ResourceNotFoundException", await pods.AskAgentAsync("pod-b"));
        Assert.Equal("AccessDenied", await pods.AssumeAsync("pod-c"));
        Assert.Equal("arn:aws:sts::111122223333:assumed-role/shared/pod-d", await pods.AssumeAsync("pod-d"));
    }

    [Fact]
    public async Task What_Test_says_is_what_STS_does()
    {
        rehearsal.Session.Run("New-EksServiceAccountRole demo a, b -RoleName shared -Mode Irsa").Good();
        await pods.CreateAsync("pod-a", "a");
        await pods.CreateAsync("pod-b", "b");
        using Iam iam = new(rehearsal.Sandbox);
        string provider = Assert.Single(await iam.ReadProvidersAsync());
        Dictionary<string, int> seen = [];
        foreach (string statements in Policies(provider, provider[(provider.IndexOf('/', StringComparison.Ordinal) + 1)..]))
        {
            await iam.Client.UpdateAssumeRolePolicyAsync(new UpdateAssumeRolePolicyRequest { RoleName = "shared", PolicyDocument = $$"""{"Version":"2012-10-17","Statement":[{{statements}}]}""" }, TestContext.Current.CancellationToken);
            string[] faulty = [.. rehearsal.Session.Run("Test-EksServiceAccountRole demo a, b | Where-Object Severity -EQ Error | ForEach-Object ServiceAccount").Good().Select(static name => $"{name}")];
            foreach (string account in (string[])["a", "b"])
            {
                string answer = await pods.AssumeAsync($"pod-{account}");
                Assert.Contains(answer, new[] { $"arn:aws:sts::111122223333:assumed-role/shared/pod-{account}", "AccessDenied" });
                Assert.True(faulty.Contains(account) == (answer == "AccessDenied"), $"{account}: STS answers {answer}, and Test-EksServiceAccountRole finds errors at {string.Join(", ", faulty)}: {statements}");
                seen[answer] = seen.GetValueOrDefault(answer) + 1;
            }
        }

        Assert.True(seen.Count == 3 && seen.Values.All(static times => times >= 4), string.Join(", ", seen));
    }

    [Theory]
    [InlineData("cn-north-1", "aws-cn")]
    [InlineData("us-gov-west-1", "aws-us-gov")]
    public async Task Every_partition_has_its_own(string region, string partition)
    {
        await using Rehearsal there = await Rehearsal.StartAsync(region: region);
        there.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig; New-EksServiceAccountRole demo irsa -Mode Irsa; New-EksServiceAccountRole demo pod -Mode PodIdentity").Good();
        using Pods inside = new(there, "demo");
        await inside.CreateAsync("pod-1", "irsa");
        await inside.CreateAsync("pod-2", "pod");
        Assert.Equal($"arn:{partition}:sts::111122223333:assumed-role/ekstools-demo-{region}-default.irsa/pod-1", await inside.AssumeAsync("pod-1"));
        Assert.StartsWith($"arn:{partition}:sts::111122223333:assumed-role/ekstools-demo-{region}-default.pod/eks-demo-pod-2-", await inside.AskAgentAsync("pod-2"), StringComparison.Ordinal);
    }

    /// <summary>Trust policies from loose to shut: every combination of a subject, an audience and a denial.</summary>
    private static IEnumerable<string> Policies(string provider, string issuer)
    {
        string[] subjects =
        [
            """{"StringEquals":{"ISSUER:sub":"system:serviceaccount:default:a"AUD}}""",
            """{"StringLike":{"ISSUER:sub":"system:serviceaccount:default:?"AUD}}""",
            """{"StringEquals":{"ISSUER:sub":"system:serviceaccount:default:*"AUD}}""",
            """{"StringNotLike":{"ISSUER:sub":"*:b"},"StringEquals":{"ISSUER:sub":["system:serviceaccount:default:a","system:serviceaccount:default:b"]AUD}}""",
        ];
        string[] audiences = [string.Empty, ""","ISSUER:aud":"sts.amazonaws.com" """, ""","ISSUER:aud":"vault" """];
        string[] denials = [string.Empty, """,{"Effect":"Deny","Principal":"*","Action":"sts:*","Condition":{"StringLike":{"ISSUER:sub":"*:a"}}}"""];
        return from subject in subjects from audience in audiences from denial in denials
               select ("""{"Effect":"Allow","Principal":{"Federated":"PROVIDER"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":""" + subject.Replace("AUD", audience, StringComparison.Ordinal) + "}" + denial)
                   .Replace("PROVIDER", provider, StringComparison.Ordinal).Replace("ISSUER", issuer, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        pods.Dispose();
        await rehearsal.DisposeAsync();
    }
}
