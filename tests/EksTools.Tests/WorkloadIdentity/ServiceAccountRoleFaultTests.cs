using System.Management.Automation;
using EksTools.Sandbox.Faults;
using EksTools.Testing;

namespace EksTools.Tests.WorkloadIdentity;

/// <summary>Every call of New-EksServiceAccountRole fails once, in every way: it ends as if nothing had been, or with the sentence that says what to do.</summary>
public sealed class ServiceAccountRoleFaultTests : IAsyncLifetime
{
    private const string Policies = "-WellKnownPolicy EbsCsiController, ExternalDns";
    private Rehearsal rehearsal = null!;

    public async ValueTask InitializeAsync()
    {
        rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
    }

    public static TheoryData<FaultKind, string> Passing()
    {
        TheoryData<FaultKind, string> cells = [];
        foreach (FaultKind kind in (FaultKind[])[FaultKind.Throttle, FaultKind.Error500, FaultKind.Error503, FaultKind.DropBefore, FaultKind.DropAfter])
        {
            cells.Add(kind, "Irsa");
            cells.Add(kind, "PodIdentity");
        }

        return cells;
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public void What_passes_by_itself_is_borne(FaultKind kind, string mode)
    {
        int call = 0;
        for (bool struck = true; struck; call++)
        {
            rehearsal.Sandbox.Faults.Add(new FaultRule { Kind = kind, Skip = call });
            PSObject made = Assert.Single(rehearsal.Session.Run($"New-EksServiceAccountRole demo shop-{call}/app -CreateNamespace -Mode {mode} {Policies}").Good());
            Assert.Equal(mode == "Irsa", made.Properties["AssociationId"].Value is null);
            struck = rehearsal.Sandbox.Faults.Count == 0;
            rehearsal.Sandbox.Faults.Clear();
        }

        Assert.InRange(call, 13, 40);
    }

    [Theory]
    [InlineData("Irsa")]
    [InlineData("PodIdentity")]
    public void What_is_denied_is_named_and_the_next_run_goes_on(string mode)
    {
        int call = 0;
        for (bool struck = true; struck; call++)
        {
            string command = $"New-EksServiceAccountRole demo shop-{call}/app -CreateNamespace -Mode {mode} {Policies}";
            rehearsal.Sandbox.Faults.Add(new FaultRule { Kind = FaultKind.AccessDenied, Skip = call });
            Answer answer = rehearsal.Session.Run(command);
            struck = rehearsal.Sandbox.Faults.Count == 0;
            rehearsal.Sandbox.Faults.Clear();
            if (answer.Errors.Count > 0)
            {
                // Who may not read a policy may still attach it, so that not every denial is an end.
                ErrorRecord error = Assert.Single(answer.Errors);
                Assert.True(error.FullyQualifiedErrorId.StartsWith("AwsAccessDenied,", StringComparison.Ordinal) || error.FullyQualifiedErrorId.StartsWith("KubernetesForbidden,", StringComparison.Ordinal), error.ToString());
                Assert.Matches("(not authorized to perform: [a-z0-9]+:[A-Z][A-Za-z]+|cannot [a-z]+ resource \"[a-z]+\")", error.ToString());
                Assert.Single(rehearsal.Session.Run(command).Good());
            }
        }

        Assert.InRange(call, 13, 40);
    }

    [Theory]
    [InlineData("demo (1..80 | ForEach-Object { \"account-$_\" }) -Mode Irsa", "TrustPolicyTooLarge", "by a pattern")]
    [InlineData("demo app -PolicyDocument ('{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::' + ('x' * 10200) + '\"}}')", "RolePoliciesTooLarge", "-PolicyArn")]
    [InlineData("demo app -PolicyArn $global:policies", "TooManyPolicies", "20 at most")]
    public async Task What_is_too_large_for_IAM_is_told_with_a_way_out(string parameters, string id, string way)
    {
        using Iam iam = new(rehearsal.Sandbox);
        List<string> policies = [];
        for (int number = 0; number < 11; number++)
        {
            policies.Add((await iam.Client.CreatePolicyAsync(new Amazon.IdentityManagement.Model.CreatePolicyRequest { PolicyName = $"p{number}", PolicyDocument = """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}""" }, TestContext.Current.CancellationToken)).Policy.Arn);
        }

        rehearsal.Session.Run($"$global:policies = '{string.Join("','", policies)}'").Good();
        ErrorRecord error = Assert.Single(rehearsal.Session.Run("New-EksServiceAccountRole " + parameters).Errors);
        Assert.StartsWith(id + ",", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(way, error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void An_API_server_that_nobody_reaches_is_told_before_anything_is_made()
    {
        rehearsal.Sandbox.Faults.Add(new FaultRule { Service = "kubernetes", Kind = FaultKind.DropBefore, Count = int.MaxValue });
        ErrorRecord error = Assert.Single(rehearsal.Session.Run("New-EksServiceAccountRole demo app").Errors);
        Assert.StartsWith("ApiServerUnreachable,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("-NoServiceAccount", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.DoesNotContain(rehearsal.Sandbox.Requests, static request => request.Operation == "CreateRole" && request.Body.Contains("default.app", StringComparison.Ordinal));
    }

    public ValueTask DisposeAsync() => rehearsal.DisposeAsync();
}
