using System.Management.Automation;
using EksTools.Sandbox.Faults;
using EksTools.Testing;

namespace EksTools.Tests.Pipeline;

/// <summary>How the cmdlets behave in a pipeline: errors, preferences, tables, help.</summary>
public sealed class PipelineTests
{
    [Theory]
    [InlineData(FaultKind.AccessDenied, ErrorCategory.PermissionDenied, "AwsAccessDenied")]
    [InlineData(FaultKind.Throttle, ErrorCategory.LimitsExceeded, "AwsThrottled")]
    [InlineData(FaultKind.Error500, ErrorCategory.InvalidResult, "AwsServiceFailed")]
    public async Task What_AWS_refuses_has_its_own_id_category_and_advice(FaultKind kind, ErrorCategory category, string id)
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Sandbox.Faults.Add("eks", "DescribeCluster", kind, count: 100);
        ErrorRecord error = Assert.Single(rehearsal.Session.Run("Get-EksNode demo").Errors);
        Assert.StartsWith(id, error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
        Assert.Contains("eks:DescribeCluster", error.Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-AccessKey AKIDNOBODY -SecretKey wrong", ErrorCategory.AuthenticationError, "AwsCredentialsRefused")]
    [InlineData("-EndpointUrl http://127.0.0.1:1", ErrorCategory.ConnectionError, "AwsUnreachable")]
    public async Task What_keeps_a_call_from_AWS_is_told(string parameters, ErrorCategory category, string id)
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"Get-EksCluster demo {parameters}").Errors);
        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.StartsWith(id, error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ErrorAction_Stop_ends_the_script_and_SilentlyContinue_is_silent()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        Answer stopped = rehearsal.Session.Run("Get-EksCluster nothing -ErrorAction Stop; 'after'");
        Assert.IsType<ActionPreferenceStopException>(stopped.Thrown);
        Assert.Empty(stopped.Output);
        Answer silent = rehearsal.Session.Run("Get-EksCluster nothing -ErrorAction SilentlyContinue -ErrorVariable kept; $kept.Count; 'after'");
        Assert.Equal(["1", "after"], silent.Output.Select(static value => $"{value}"));
    }

    [Fact]
    public async Task Objects_are_shown_as_tables_without_secrets()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        Assert.Matches(@"Name\s+Region\s+Status\s+Version\s+CreatedAt\s+Endpoint\s+-", rehearsal.Session.Show("Get-EksCluster demo"));
        string token = rehearsal.Session.Show("Get-EksToken demo -AsPlainText");
        Assert.Matches(@"ClusterName\s+Region\s+Expiration\s+Token", token);
        Assert.DoesNotContain("k8s-aws-v1", token, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_cmdlet_has_help_with_an_example()
    {
        using Session session = new();
        foreach (string name in session.Run("(Get-Module EksTools).ExportedCmdlets.Keys").Good().Select(static name => (string)name.BaseObject))
        {
            PSObject help = Assert.Single(session.Run($"Get-Help {name} -Full").Good());
            Assert.DoesNotContain($"{name} [", $"{help.Properties["Synopsis"].Value}", StringComparison.Ordinal);
            Assert.NotNull(((PSObject)help.Properties["examples"].Value).Properties["example"]);
        }
    }
}
