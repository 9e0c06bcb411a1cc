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

    /// <summary>Writes the entries of a cluster.</summary>
    public static async Task<EksKubeconfigEntry> WriteAsync(AwsConnection connection, AwsSession session, EksCluster cluster, KubeconfigRequest request, CancellationToken cancellationToken)
    {
        KubeconfigAddition addition = Decide(connection, session, cluster, request);
        return (await ApplyAsync(addition.Path, [addition], cancellationToken))[0];
    }

    /// <summary>What a cluster's entries are to be, and in which file.</summary>
    public static KubeconfigAddition Decide(AwsConnection connection, AwsSession session, EksCluster cluster, KubeconfigRequest request)
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
            return new KubeconfigAddition(PathFor(request.Path, cluster.Arn), cluster.Name, cluster.Region, entry, command, KubeconfigWarnings.Of(connection));
        }
        catch (KubeconfigException exception)
        {
            throw Unreadable(exception);
        }
    }

    /// <summary>What additions would make of a file.</summary>
    public static KubeconfigEdit Preview(string path, IReadOnlyList<KubeconfigAddition> additions)
    {
        try
        {
            return KubeconfigEdit.Of(KubeconfigFile.Read(path), path, additions);
        }
        catch (KubeconfigException exception)
        {
            throw Unreadable(exception);
        }
    }

    /// <summary>Writes additions into their file, in one piece.</summary>
    public static async Task<IReadOnlyList<EksKubeconfigEntry>> ApplyAsync(string path, IReadOnlyList<KubeconfigAddition> additions, CancellationToken cancellationToken)
    {
        if (File.Exists(path) && (File.GetAttributes(path) & FileAttributes.ReadOnly) != 0)
        {
            // The file is replaced by another, which needs no leave to write to it: whoever took that leave away meant it.
            throw new EksToolsException(EksErrorKind.File, "KubeconfigReadOnly", $"The kubeconfig {path} is read-only.", path, "Make it writable, or name another file.");
        }

        try
        {
            KubeconfigEdit? edit = null;
            await KubeconfigFile.UpdateAsync(
                path,
                text =>
                {
                    edit = KubeconfigEdit.Of(text, path, additions);
                    return edit.After;
                },
                cancellationToken);
            return edit!.Entries;
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
