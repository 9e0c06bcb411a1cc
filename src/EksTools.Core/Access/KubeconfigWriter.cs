using System.Runtime.InteropServices;
using EksTools.Access;
using EksTools.Authentication;
using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Core.Access.Kubeconfig;
using EksTools.Core.Clusters;
using EksTools.Errors;

namespace EksTools.Core.Access;

/// <summary>Decides what a cluster's entries in a kubeconfig are, and which file they go to.</summary>
internal static class KubeconfigWriter
{
    private const string Variable = "KUBECONFIG";

    /// <summary>Writes, or with <see cref="KubeconfigRequest.WhatIf"/> only says, the entries of a cluster.</summary>
    public static async Task<EksKubeconfigEntry> WriteAsync(AwsConnection connection, AwsSession session, EksCluster cluster, KubeconfigRequest request, CancellationToken cancellationToken)
    {
        (string endpoint, string authority) = ClusterReader.RequireEndpoint(cluster);

        // Two roles on one cluster are two users, also when they have the same name in two accounts.
        string user = request.RoleArn?.Split(':', 6) is [_, _, _, _, string roleAccount, string role] ? $"{cluster.Arn}@{roleAccount}/{role["role/".Length..]}" : cluster.Arn;
        (ExecUser exec, string command) = Exec(cluster, session, request);
        KubeconfigEntry entry = new()
        {
            ClusterName = cluster.Arn,
            Server = endpoint,
            CertificateAuthorityData = authority,
            ProxyUrl = request.ProxyUrl?.OriginalString,
            UserName = request.UserAlias ?? user,
            ContextName = request.Alias ?? user,
            Exec = exec,
            SetCurrentContext = request.SetCurrentContext,
        };
        try
        {
            string path = PathFor(request.Path, cluster.Arn);
            Edit edit = request.WhatIf ? Edit.Of(KubeconfigFile.Read(path), path, entry) : await ApplyAsync(path, entry, cancellationToken);
            return new EksKubeconfigEntry
            {
                ClusterName = cluster.Name,
                Region = cluster.Region,
                Path = path,
                Context = entry.ContextName,
                Entry = cluster.Arn,
                User = entry.UserName,
                ExecCommand = command,
                Change = edit.Change,
                Warnings = [.. Warnings(connection), .. edit.Warnings],
            };
        }
        catch (KubeconfigException exception)
        {
            throw Unreadable(exception);
        }
    }

    /// <summary>Refuses a file that could not be written later, before work begins that takes long.</summary>
    public static void RequireReadable(string? explicitPath)
    {
        try
        {
            string path = PathFor(explicitPath, string.Empty);
            if (KubeconfigFile.Read(path) is { } text && !string.IsNullOrWhiteSpace(text))
            {
                KubeconfigDocument.Parse(text, path);
            }
        }
        catch (KubeconfigException exception)
        {
            throw Unreadable(exception);
        }
    }

    /// <summary>Takes a cluster's entries, and the contexts and users that then name nothing, out of the file that has them.</summary>
    /// <returns>The file, or null when no file had them.</returns>
    public static async Task<string?> RemoveAsync(string? explicitPath, string clusterArn, CancellationToken cancellationToken)
    {
        try
        {
            string path = PathFor(explicitPath, clusterArn);
            if (!KubeconfigPath.HasCluster(path, clusterArn))
            {
                return null;
            }

            KubeconfigRemoval removal = new() { ClusterName = clusterArn };
            bool changed = await KubeconfigFile.UpdateAsync(path, text => KubeconfigDocument.Parse(text ?? string.Empty, path).Remove(removal), cancellationToken);
            return changed ? path : null;
        }
        catch (KubeconfigException exception)
        {
            throw Unreadable(exception);
        }
    }

    /// <summary>The files that kubectl reads together; never empty.</summary>
    public static IReadOnlyList<string> PathsFor(string? explicitPath) => KubeconfigPath.All(
        explicitPath,
        Environment.GetEnvironmentVariable(Variable),
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    private static string PathFor(string? explicitPath, string clusterArn) => KubeconfigPath.Resolve(
        explicitPath,
        Environment.GetEnvironmentVariable(Variable),
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        path => KubeconfigPath.HasCluster(path, clusterArn));

    /// <summary>Refuses a proxy that client-go does not know, and a pwsh that nothing would run.</summary>
    public static void RequireAgreement(KubeconfigRequest request)
    {
        if (request.ProxyUrl is { } proxy && !(proxy is { IsAbsoluteUri: true, Scheme: "http" or "https" or "socks5", Host.Length: > 0 }))
        {
            throw new EksToolsException(EksErrorKind.Validation, "InvalidProxyUrl", "-ProxyUrl is not the URL of an http, https or socks5 proxy.", nameof(request.ProxyUrl), "Write it as http://proxy.example.com:3128.");
        }

        if (request is { PwshPath: not null, ExecCommand: ExecCommandKind.Native or ExecCommandKind.AwsCli })
        {
            throw new EksToolsException(EksErrorKind.Validation, "ContradictoryExecCommand", $"-PwshPath names a PowerShell, but with -ExecCommand {request.ExecCommand} kubectl runs none.", nameof(request.PwshPath), "Leave one of them out.");
        }
    }

    private static async Task<Edit> ApplyAsync(string path, KubeconfigEntry entry, CancellationToken cancellationToken)
    {
        if (File.Exists(path) && (File.GetAttributes(path) & FileAttributes.ReadOnly) != 0)
        {
            // The file is replaced by another, which needs no leave to write to it: whoever took that leave away meant it.
            throw new EksToolsException(EksErrorKind.File, "KubeconfigReadOnly", $"The kubeconfig {path} is read-only.", path, "Make it writable, or name another file.");
        }

        Edit? edit = null;
        await KubeconfigFile.UpdateAsync(
            path,
            text =>
            {
                edit = Edit.Of(text, path, entry);
                return edit.Text;
            },
            cancellationToken);
        return edit!;
    }

    /// <summary>What an entry makes of a file.</summary>
    private sealed record Edit(string Change, string Text, IReadOnlyList<string> Warnings)
    {
        public static Edit Of(string? text, string path, KubeconfigEntry entry)
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                return new Edit("Added", KubeconfigDocument.Create(entry with { SetCurrentContext = true }), []);
            }

            KubeconfigDocument document = KubeconfigDocument.Parse(text, path);
            string edited = document.Upsert(entry);
            KubeconfigContext? before = document.Contexts.FirstOrDefault(context => context.Name == entry.ContextName);
            bool stolen = before?.Cluster is { } other && other != entry.ClusterName;
            return new Edit(
                edited == text ? "Unchanged" : before is not null ? "Updated" : "Added",
                edited,
                stolen ? [$"The context {entry.ContextName} was that of {before!.Cluster}; it is that of {entry.ClusterName} now."] : []);
        }
    }

    private static (ExecUser Exec, string Command) Exec(EksCluster cluster, AwsSession session, KubeconfigRequest request)
    {
        ExecTarget target = new() { ClusterName = cluster.Name, Region = cluster.Region, RoleArn = request.RoleArn, ProfileName = session.ProfileName };
        string? helper = TokenHelperPath.Find(request.ModulePath);
        ExecCommandKind kind = request.ExecCommand switch
        {
            ExecCommandKind.Auto when request.PwshPath is not null => ExecCommandKind.PowerShell,
            ExecCommandKind.Auto => helper is null ? ExecCommandKind.PowerShell : ExecCommandKind.Native,
            var asked => asked,
        };
        try
        {
            ExecUser exec = kind switch
            {
                ExecCommandKind.Native => ExecArguments.Native(helper ?? throw NoHelper(), target),
                ExecCommandKind.AwsCli => ExecArguments.AwsCli(target),
                _ => ExecArguments.PowerShell(target, request.ModuleIsInstalled ? null : request.ModulePath, request.PwshPath ?? "pwsh"),
            };
            return (exec, kind.ToString());
        }
        catch (ArgumentException exception)
        {
            throw new EksToolsException(EksErrorKind.Validation, "ExecArgumentInvalid", exception.Message, cluster.Name, "Choose another -ExecCommand.", exception);
        }
    }

    private static List<string> Warnings(AwsConnection connection)
    {
        List<string> warnings = [];
        string? source = connection switch
        {
            { AccessKey: not null } => "keys that were given as parameters",
            { Credential: not null } => "-Credential",
            { ProfileName: null, SessionCredential: not null } => "AWS.Tools' session credentials",
            _ => null,
        };
        if (source is not null)
        {
            warnings.Add($"This session uses {source}, which kubectl does not see: it will use what the AWS profile or environment of its own process gives.");
        }

        return warnings;
    }

    private static EksToolsException NoHelper() => new(
        EksErrorKind.NotFound,
        "TokenHelperNotFound",
        $"There is no eks-token for {RuntimeInformation.RuntimeIdentifier} at a path that outlasts an upgrade of the module.",
        "ExecCommand",
        "Run Install-EksTokenHelper once, or use -ExecCommand PowerShell.");

    /// <summary>A fault of a kubeconfig in EksTools' words.</summary>
    public static EksToolsException Unreadable(KubeconfigException exception) => exception.IsLocked
        ? new(EksErrorKind.Conflict, "KubeconfigLocked", exception.Message, exception.Path, "Run the command again when the other program is done.", exception)
        : new(EksErrorKind.File, "KubeconfigUnreadable", exception.Message, exception.Path, "The file was left as it is. Mend it, or name another.", exception);
}
