using System.Security.Cryptography;
using Amazon.IdentityManagement.Model;
using EksTools.Connections;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Clusters.Changes;
using EksTools.Core.Plans;
using EksTools.Core.Tests.Plans;
using EksTools.Errors;
using EksTools.Plans;
using EksTools.Sandbox;

namespace EksTools.Core.Tests.Clusters;

/// <summary>Both carriers of a cluster's lease and parameters, against the sandbox.</summary>
public sealed class ClusterRecordTests : IAsyncLifetime
{
    private static readonly ClusterIdentity Demo = new("demo", "us-west-2");
    private static readonly CancellationToken Never = CancellationToken.None;
    private SandboxServer sandbox = null!;
    private AwsAccount account = null!;

    public async ValueTask InitializeAsync()
    {
        sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 3000 }, TestContext.Current.CancellationToken);
        account = await AwsAccount.OpenAsync(new AwsConnection { AccessKey = sandbox.AccessKey, SecretKey = sandbox.SecretKey, Region = "us-west-2", EndpointUrl = sandbox.Endpoint }, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        account.Dispose();
        await sandbox.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tags_are_written_read_and_erased(bool ownRole)
    {
        (ClusterRecord record, Dictionary<string, string>? none) = await ClusterRecord.FindAsync(account, Demo, ownRole, Never);
        Assert.Null(none);
        Assert.IsType(ownRole ? typeof(TemplateRecord) : typeof(RoleRecord), record);
        await MakeAsync(record);
        await record.WriteAsync(new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" }, Never);
        await record.WriteAsync(new Dictionary<string, string> { ["a"] = "3" }, Never);
        await record.EraseAsync(["b"], Never);

        // What is there counts, whatever the caller says later.
        (ClusterRecord again, Dictionary<string, string>? tags) = await ClusterRecord.FindAsync(account, Demo, !ownRole, Never);
        Assert.Equal(record.GetType(), again.GetType());
        Assert.Equal("3", tags!["a"]);
        Assert.DoesNotContain("b", tags.Keys);
        again.RequireOurs(tags);
        Assert.Equal(ownRole ? "RecordNotManaged" : "RoleNotManaged", Assert.Throws<EksToolsException>(() => again.RequireOurs(new Dictionary<string, string>())).ErrorId);
    }

    [Fact]
    public async Task A_lease_stands_on_a_launch_template_too()
    {
        TemplateRecord record = new(account, Demo);
        await MakeAsync(record);
        Assert.False(await record.CreateAsync(Demo.Tags(TemplateRecord.Component), Never));
        await using ClusterLease lease = new(account, Demo, TimeProvider.System) { Record = record };
        Assert.True(await lease.AcquireAsync(new StepContext(new RecordingObserver(), new Poller(TimeProvider.System), static _ => { }), Never));
        Assert.Contains("ekstools:lease-run", (await record.ReadAsync(Never))!.Keys);
        await lease.ReleaseAsync();
        Assert.DoesNotContain((await record.ReadAsync(Never))!.Keys, static key => key.StartsWith("ekstools:lease", StringComparison.Ordinal));
        Assert.Equal(StepOutcome.Deleted, await record.DeleteAsync(Never));
        Assert.Equal(StepOutcome.Skipped, await record.DeleteAsync(Never));
        Assert.Null(await record.ReadAsync(Never));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Parameters_that_grow_and_shrink_are_read_as_written(bool ownRole)
    {
        (ClusterRecord record, _) = await ClusterRecord.FindAsync(account, Demo, ownRole, Never);
        await MakeAsync(record);
        ParameterRecording recording = new(record);
        string key = $"arn:aws:kms:us-west-2:111122223333:key/{Convert.ToHexString(RandomNumberGenerator.GetBytes(600))}";
        await recording.WriteAsync(new Dictionary<string, string> { [ParameterDefinition.KmsKey] = key, [ParameterDefinition.Logs] = "api audit" }, new Dictionary<string, string> { ["team"] = "x" }, [], Never);
        Dictionary<string, string> tags = (await record.ReadAsync(Never))!;
        Assert.True(tags.Keys.Count(RecordedParameters.IsOfDocument) > 2);
        Assert.Equal((key, "api audit", "x"), (RecordedParameters.Read(tags)[ParameterDefinition.KmsKey], tags["ekstools:log-types"], tags["team"]));

        await recording.WriteAsync(new Dictionary<string, string> { [ParameterDefinition.KmsKey] = string.Empty, [ParameterDefinition.Protection] = ParameterDefinition.Yes }, new Dictionary<string, string>(), ["team"], Never);
        tags = (await record.ReadAsync(Never))!;
        Assert.Single(tags.Keys, RecordedParameters.IsOfDocument);
        Assert.Equal(["deletion-protection"], RecordedParameters.Read(tags).Keys.Intersect(["deletion-protection", "kms-key"]));
        Assert.DoesNotContain("team", tags.Keys);
        Assert.Equal(ParameterDefinition.Yes, (await recording.ReadAsync([ParameterDefinition.Protection], Never))[ParameterDefinition.Protection]);
        Assert.True(Demo.Owns(tags));

        int calls = sandbox.Requests.Count;
        await recording.WriteAsync(new Dictionary<string, string> { [ParameterDefinition.Protection] = ParameterDefinition.Yes }, new Dictionary<string, string>(), ["team"], Never);
        Assert.Equal(calls + 1, sandbox.Requests.Count);
    }

    /// <summary>A shorter document is written in one call, in which what is left of the longer one is empty: it can be read between that call and the next.</summary>
    [Fact]
    public void What_is_left_of_a_longer_document_is_read_as_nothing()
    {
        Dictionary<string, string> tags = RecordedParameters.Write(new Dictionary<string, string>(), new Dictionary<string, string> { ["tier"] = "tier-xl" });
        tags["ekstools:options-01"] = string.Empty;
        Assert.Equal("tier-xl", RecordedParameters.Read(tags)["tier"]);
    }

    private async Task MakeAsync(ClusterRecord record)
    {
        if (record is TemplateRecord template)
        {
            Assert.True(await template.CreateAsync(Demo.Tags(TemplateRecord.Component), Never));
            return;
        }

        await account.Iam.CreateRoleAsync(new CreateRoleRequest
        {
            RoleName = Demo.ClusterRoleName,
            AssumeRolePolicyDocument = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}""",
            Tags = [.. Demo.Tags("cluster-role").Select(static tag => new Tag { Key = tag.Key, Value = tag.Value })],
        });
    }
}
