using System.Text.Json;
using Amazon.IdentityManagement.Model;
using EksTools.Sandbox.Account;

namespace EksTools.Tests.Permissions;

/// <summary>A sandbox with two sessions: the administrator's, and that of a role whose only permissions are a policy of New-EksIamPolicy.</summary>
internal sealed class PermissionStage : IAsyncDisposable
{
    public const string Role = "operator";
    private readonly Session mine = new();

    private PermissionStage(Rehearsal rehearsal) => (Rehearsal, Iam) = (rehearsal, new Iam(rehearsal.Sandbox));

    public Rehearsal Rehearsal { get; }

    public Iam Iam { get; }

    /// <summary>The actions that the role's policies were asked for.</summary>
    public HashSet<string> Asked => [.. Mine.SelectMany(static request => request.Actions)];

    /// <summary>The calls that were refused to the role.</summary>
    public IEnumerable<string> Refused => Mine.Where(static request => request.Actions.Count > 0 && (request.Status == 403 || (request.Actions.Contains("ec2:RunInstances") && request.Status == 400 && request.Actions[^1].StartsWith("ec2:", StringComparison.Ordinal)))).Select(static request => $"{request.Service}:{request.Operation} wanted {request.Actions[^1]}");

    private IEnumerable<SandboxRequest> Mine => Rehearsal.Sandbox.Requests.Where(static request => request.Principal?.Contains($":assumed-role/{Role}/", StringComparison.Ordinal) == true);

    public static async Task<PermissionStage> StartAsync(IReadOnlyList<string> documents)
    {
        PermissionStage stage = new(await Rehearsal.StartAsync());
        await stage.Iam.CreateRoleAsync(Role);
        foreach ((int number, string document) in documents.Index())
        {
            string arn = (await stage.Iam.Client.CreatePolicyAsync(new CreatePolicyRequest { PolicyName = $"permissions-{number}", PolicyDocument = document })).Policy.Arn;
            await stage.Iam.Client.AttachRolePolicyAsync(new AttachRolePolicyRequest { RoleName = Role, PolicyArn = arn });
        }

        string profiles = Path.Combine(stage.Rehearsal.Folder, "credentials");
        await File.WriteAllTextAsync(profiles, $"""
            [base]
            aws_access_key_id = {stage.Rehearsal.Sandbox.AccessKey}
            aws_secret_access_key = {stage.Rehearsal.Sandbox.SecretKey}
            [operator]
            role_arn = arn:aws:iam::111122223333:role/{Role}
            role_session_name = me
            source_profile = base
            """);
        stage.mine.Run(stage.Rehearsal.Defaults);
        stage.mine.Run("""
            $global:PSDefaultParameterValues.Remove('*-Eks*:AccessKey'); $global:PSDefaultParameterValues.Remove('*-Eks*:SecretKey')
            $global:PSDefaultParameterValues['*-Eks*:ProfileName'] = 'operator'; $global:PSDefaultParameterValues['*-Eks*:ProfileLocation'] = $args[0]
            $global:kubeconfig = $args[1]
            """, profiles, stage.Rehearsal.Kubeconfig).Good();
        stage.Rehearsal.Session.Run("$global:kubeconfig = $args[0]", stage.Rehearsal.Kubeconfig).Good();
        return stage;
    }

    /// <summary>Runs as the role.</summary>
    public Answer Run(string script) => mine.Run(script);

    /// <summary>The actions of a policy.</summary>
    public static IEnumerable<string> Actions(string document)
    {
        using JsonDocument policy = JsonDocument.Parse(document);
        return [.. policy.RootElement.GetProperty("Statement").EnumerateArray().SelectMany(static statement => Texts(statement.GetProperty("Action")))];
    }

    public async ValueTask DisposeAsync()
    {
        mine.Dispose();
        Iam.Dispose();
        await Rehearsal.DisposeAsync();
    }

    private static string[] Texts(JsonElement one) => one.ValueKind == JsonValueKind.Array ? [.. one.EnumerateArray().Select(static each => each.GetString()!)] : [one.GetString()!];
}
