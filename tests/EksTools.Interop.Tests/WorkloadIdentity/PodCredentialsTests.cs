using System.Management.Automation;
using System.Text.Json;
using EksTools.Sandbox;

namespace EksTools.Interop.Tests.WorkloadIdentity;

/// <summary>kubectl makes a pod's token and the AWS CLI turns it into credentials, for roles that the module made.</summary>
public sealed class PodCredentialsTests(DemoCluster demo)
{
    [Fact]
    public async Task The_AWS_CLI_assumes_the_role_of_a_service_account()
    {
        string role = Role("New-EksServiceAccountRole demo cli-irsa -Mode Irsa");
        await demo.OutputAsync("kubectl", ["run", "cli-irsa", "--image=i", "--overrides={\"spec\":{\"serviceAccountName\":\"cli-irsa\"}}"]);
        string file = Path.Combine(demo.Folder, "irsa-token");
        await File.WriteAllTextAsync(file, demo.Sandbox.ReadPodToken("demo", "default", "cli-irsa", "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"), TestContext.Current.CancellationToken);
        JsonElement answer = await demo.AwsAsync("sts assume-role-with-web-identity --role-session-name cli", "--role-arn", role, "--web-identity-token", $"file://{file}");
        Assert.Equal("system:serviceaccount:default:cli-irsa", answer.Text("SubjectFromWebIdentityToken"));
        Assert.Equal("sts.amazonaws.com", answer.Text("Audience"));
        Assert.EndsWith(":assumed-role/ekstools-demo-us-west-2-default.cli-irsa/cli", answer.Text("AssumedRoleUser.Arn"), StringComparison.Ordinal);

        // And by itself, as in a pod: from the environment that the webhook injects, without any key.
        ProcessRun self = await ProcessRun.RunAsync(Tool.Require("aws"), ["sts", "get-caller-identity", "--query", "Arn", "--output", "text"], new Dictionary<string, string?>(demo.Environment())
        {
            ["AWS_ACCESS_KEY_ID"] = null, ["AWS_SECRET_ACCESS_KEY"] = null, ["AWS_ROLE_ARN"] = role, ["AWS_WEB_IDENTITY_TOKEN_FILE"] = file, ["AWS_ROLE_SESSION_NAME"] = "pod", ["HOME"] = Path.Combine(demo.Folder, "pod"),
        });
        Assert.Equal("arn:aws:sts::111122223333:assumed-role/ekstools-demo-us-west-2-default.cli-irsa/pod", self.Output.Trim());

        ProcessRun refused = await demo.StartAsync("aws", ["sts", "assume-role-with-web-identity", "--role-session-name", "cli", "--role-arn", role + "2", "--web-identity-token", $"file://{file}"]);
        Assert.Contains("An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_AWS_CLI_asks_EKS_Auth_with_a_token_of_kubectl()
    {
        Role("New-EksServiceAccountRole demo cli-pi -Mode PodIdentity");
        await demo.OutputAsync("kubectl", ["run", "cli-pi", "--image=i", "--overrides={\"spec\":{\"serviceAccountName\":\"cli-pi\"}}"]);
        string token = (await demo.OutputAsync("kubectl", ["create", "token", "cli-pi", "--audience=pods.eks.amazonaws.com", "--bound-object-kind=Pod", "--bound-object-name=cli-pi"])).Trim();
        string node = (await demo.OutputAsync("kubectl", ["get", "nodes", "-o", "jsonpath={.items[0].metadata.name}"])).Trim();
        SandboxCredentials keys = demo.Sandbox.IssueNodeCredentials("demo", node);
        Dictionary<string, string?> agent = new(demo.Environment()) { ["AWS_ACCESS_KEY_ID"] = keys.AccessKey, ["AWS_SECRET_ACCESS_KEY"] = keys.SecretKey, ["AWS_SESSION_TOKEN"] = keys.SessionToken };
        ProcessRun run = await ProcessRun.RunAsync(Tool.Require("aws"), ["eks-auth", "assume-role-for-pod-identity", "--cluster-name", "demo", "--token", token, "--output", "json"], agent);
        Assert.True(run.ExitCode == 0, run.Error);
        using JsonDocument answer = JsonDocument.Parse(run.Output);
        Assert.Equal("cli-pi", answer.RootElement.Text("subject.serviceAccount"));
        Assert.Contains(":assumed-role/ekstools-demo-us-west-2-default.cli-pi/eks-demo-cli-pi-", answer.RootElement.Text("assumedRoleUser.arn"), StringComparison.Ordinal);

        string unbound = (await demo.OutputAsync("kubectl", ["create", "token", "cli-pi", "--audience=pods.eks.amazonaws.com"])).Trim();
        ProcessRun refused = await ProcessRun.RunAsync(Tool.Require("aws"), ["eks-auth", "assume-role-for-pod-identity", "--cluster-name", "demo", "--token", unbound], agent);
        Assert.Contains("(InvalidTokenException) when calling the AssumeRoleForPodIdentity operation", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_real_API_server_signs_what_STS_takes()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync(realKubernetes: true);
        rehearsal.Session.Run("New-EksCluster real -NoNodeGroup -NatGateway None").Good();
        string role = (string)rehearsal.Session.Run("New-EksServiceAccountRole real app -Mode Irsa").Good().Single().Properties["RoleArn"].Value;
        await KubectlAsync("create", "serviceaccount", "other");
        string mine = await KubectlAsync("create", "token", "app", "--audience=sts.amazonaws.com", "--duration=1200s");
        Assert.Contains(":assumed-role/ekstools-real-us-west-2-default.app/cli", (await AssumeAsync(mine)).Output, StringComparison.Ordinal);
        Assert.Contains("(AccessDenied)", (await AssumeAsync(await KubectlAsync("create", "token", "other", "--audience=sts.amazonaws.com"))).Error, StringComparison.Ordinal);
        Assert.Contains("(InvalidIdentityToken) when calling the AssumeRoleWithWebIdentity operation: Incorrect token audience", (await AssumeAsync(await KubectlAsync("create", "token", "app"))).Error, StringComparison.Ordinal);

        // The documents of the issuer at the sandbox are the server's own.
        string issuer = (string)rehearsal.Session.Run("(Get-EksCluster real).Identity.Oidc.Issuer").Good().Single().BaseObject;
        using JsonDocument inside = JsonDocument.Parse(await KubectlAsync("get", "--raw", "/.well-known/openid-configuration"));
        Assert.Equal(issuer, inside.RootElement.Text("issuer"));
        using HttpClient http = new();
        using JsonDocument outside = JsonDocument.Parse(await http.GetStringAsync(new Uri(rehearsal.Sandbox.Endpoint, new Uri(issuer).AbsolutePath + "/keys"), TestContext.Current.CancellationToken));
        using JsonDocument keys = JsonDocument.Parse(await KubectlAsync("get", "--raw", "/openid/v1/jwks"));
        Assert.Equal(keys.RootElement.GetProperty("keys")[0].Text("n"), outside.RootElement.GetProperty("keys")[0].Text("n"));
        Assert.Equal(keys.RootElement.GetProperty("keys")[0].Text("kid"), outside.RootElement.GetProperty("keys")[0].Text("kid"));

        async Task<string> KubectlAsync(params string[] arguments)
        {
            ProcessRun run = await ProcessRun.RunAsync(Tool.Require("kubectl"), arguments, rehearsal.Environment);
            Assert.True(run.ExitCode == 0, run.Error);
            return run.Output.Trim();
        }

        Task<ProcessRun> AssumeAsync(string token) => ProcessRun.RunAsync(Tool.Require("aws"), ["sts", "assume-role-with-web-identity", "--role-session-name", "cli", "--role-arn", role, "--web-identity-token", token], rehearsal.Environment);
    }

    private string Role(string script) => (string)demo.Run(script).Single().Properties["RoleArn"].Value;
}
