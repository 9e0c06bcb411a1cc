namespace EksTools.Interop.Tests.Access;

/// <summary>Mappings of the module with kubectl as the judge, at the sandbox's own Kubernetes API.</summary>
public sealed class BuiltInMappingTests : MappingTests
{
    /// <inheritdoc/>
    protected override Task<Rehearsal> StartAsync() => Rehearsal.StartAsync();
}

/// <summary>The same at a real kube-apiserver.</summary>
public sealed class RealMappingTests : MappingTests
{
    /// <inheritdoc/>
    protected override Task<Rehearsal> StartAsync() => Rehearsal.StartAsync(realKubernetes: true);
}

/// <summary>What holds at both.</summary>
public abstract class MappingTests
{
    /// <summary>The sandbox.</summary>
    protected abstract Task<Rehearsal> StartAsync();

    [Fact]
    public async Task A_mapping_lets_kubectl_in_until_it_is_removed()
    {
        string kubectl = Tool.Require("kubectl");
        await using MappingStage stage = await MappingStage.StartAsync(start: StartAsync);
        string row = await stage.RoleAsync("Row", "/teams/a/"), entry = await stage.RoleAsync("Entry", "/teams/b/");
        Assert.NotEqual(0, (await AsAsync(kubectl, stage, row, "get", "configmaps")).ExitCode);

        stage.Session.Run("Add-EksIamMapping demo $args[0] -Group system:masters -Target ConfigMap; Add-EksIamMapping demo arn:aws:iam::111122223333:role/Entry -AccessPolicy AmazonEKSViewPolicy -Namespace default", row).Good();
        Succeeded(await AsAsync(kubectl, stage, row, "create", "configmap", "of-the-row"));
        Succeeded(await AsAsync(kubectl, stage, entry, "get", "configmap", "of-the-row"));
        ProcessRun denied = await AsAsync(kubectl, stage, entry, "get", "configmaps", "--namespace", "kube-system");
        Assert.Contains("Forbidden", denied.Error, StringComparison.Ordinal);

        stage.Session.Run("$args[0], $args[1] | Remove-EksIamMapping demo", row, entry).Good();
        foreach (string role in new[] { row, entry })
        {
            Assert.Contains("You must be logged in to the server", (await AsAsync(kubectl, stage, role, "get", "configmap", "of-the-row")).Error, StringComparison.Ordinal);
        }

        // The way in comes back with the text.
        stage.Session.Run("Undo-EksIamMapping demo -Confirm:$false").Good();
        Succeeded(await AsAsync(kubectl, stage, row, "get", "configmap", "of-the-row"));
    }

    [Fact]
    public async Task What_kubectl_edits_stays_and_what_it_breaks_is_left_alone()
    {
        string kubectl = Tool.Require("kubectl");
        await using MappingStage stage = await MappingStage.StartAsync("CONFIG_MAP", StartAsync);
        stage.Session.Run("Add-EksIamMapping demo arn:aws:iam::111122223333:role/A -Group a").Good();
        Succeeded(await EditAsync(kubectl, stage, "s/- a$/- edited # by hand/"));
        stage.Session.Run("Add-EksIamMapping demo arn:aws:iam::111122223333:role/B -Group b").Good();
        string roles = (await stage.TextAsync("mapRoles"))!;
        Assert.Contains("- edited # by hand\n", roles, StringComparison.Ordinal);
        Assert.Contains("role/B", roles, StringComparison.Ordinal);

        Succeeded(await EditAsync(kubectl, stage, "s/- rolearn: arn:aws:iam::111122223333:role.A/- rolearn: [/"));
        string broken = (await stage.TextAsync("mapRoles"))!;
        Assert.StartsWith("AwsAuthUnreadable,", Assert.Single(stage.Session.Run("Add-EksIamMapping demo arn:aws:iam::111122223333:role/C").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(broken, await stage.TextAsync("mapRoles"));
        stage.Session.Run("Undo-EksIamMapping demo -Force -Confirm:$false -WarningAction Ignore").Good();
        Assert.Contains("- edited # by hand\n", (await stage.TextAsync("mapRoles"))!, StringComparison.Ordinal);
    }

    private static void Succeeded(ProcessRun run) => Assert.True(run.ExitCode == 0, run.Error);

    /// <summary>kubectl with a token of a role's session; of the session's own principal when there is no role.</summary>
    private static async Task<ProcessRun> AsAsync(string kubectl, MappingStage stage, string? role, params string[] arguments)
    {
        string authority = Path.Combine(stage.Rehearsal.Folder, "ca.crt"), token = role is null ? Text("(Get-EksToken demo -AsPlainText).Token") : Text("(Get-EksToken demo -RoleArn $args[0] -AsPlainText).Token", role);
        await File.WriteAllBytesAsync(authority, Convert.FromBase64String(Text("(EksTools\\Get-EksCluster demo).CertificateAuthority.Data")), TestContext.Current.CancellationToken);
        Dictionary<string, string?> environment = new(stage.Rehearsal.Environment) { ["KUBE_EDITOR"] = Path.Combine(stage.Rehearsal.Folder, "editor.sh"), ["HOME"] = stage.Rehearsal.Folder };
        return await ProcessRun.RunAsync(kubectl, ["--server", Text("(EksTools\\Get-EksCluster demo).Endpoint"), "--certificate-authority", authority, "--token", token, .. arguments], environment);

        string Text(string script, params object?[] values) => (string)stage.Session.Run(script, values).Good()[0].BaseObject;
    }

    private static async Task<ProcessRun> EditAsync(string kubectl, MappingStage stage, string expression)
    {
        string editor = Path.Combine(stage.Rehearsal.Folder, "editor.sh");
        await File.WriteAllTextAsync(editor, $"#!/bin/sh\nexec sed -i '{expression}' \"$1\"\n", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(editor, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return await AsAsync(kubectl, stage, null, "edit", "configmap", "aws-auth", "--namespace", "kube-system");
    }
}
