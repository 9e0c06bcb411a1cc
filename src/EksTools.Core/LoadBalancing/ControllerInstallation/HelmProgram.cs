using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using EksTools.Errors;

namespace EksTools.Core.LoadBalancing.ControllerInstallation;

/// <summary>The user's helm, run without a shell.</summary>
internal sealed class HelmProgram(string path)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    // What would send helm to another cluster or namespace than its arguments say.
    private static readonly string[] Misleading = ["KUBECONFIG", "HELM_KUBECONTEXT", "HELM_KUBETOKEN", "HELM_KUBEAPISERVER", "HELM_KUBEASUSER", "HELM_KUBEASGROUPS", "HELM_KUBECAFILE", "HELM_KUBETLS_SERVER_NAME", "HELM_KUBEINSECURE_SKIP_TLS_VERIFY", "HELM_NAMESPACE"];

    public string Path { get; } = path;

    /// <summary>The helm that was named, or the one on PATH; null where there is none.</summary>
    /// <exception cref="EksToolsException">The one that was named is not there.</exception>
    public static HelmProgram? Find(string? named)
    {
        if (named is not null)
        {
            return File.Exists(named) ? new HelmProgram(named) : throw new EksToolsException(EksErrorKind.NotFound, "HelmNotFound", $"There is no helm at {named}.", named, "Name the file in -HelmPath, or leave it out to take the helm on PATH.");
        }

        string[] names = OperatingSystem.IsWindows() ? ["helm.exe", "helm.cmd", "helm.bat"] : ["helm"];
        return (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .SelectMany(folder => names.Select(name => System.IO.Path.Combine(folder, name))).FirstOrDefault(File.Exists) is { } found ? new HelmProgram(found) : null;
    }

    /// <summary>What to say where there is none: https://helm.sh/docs/intro/install/.</summary>
    public static EksToolsException Missing() => new(
        EksErrorKind.NotFound,
        "HelmNotFound",
        "The AWS Load Balancer Controller is installed by helm, and there is none on PATH.",
        "helm",
        $"Install it with: {(OperatingSystem.IsWindows() ? "winget install Helm.Helm" : OperatingSystem.IsMacOS() ? "brew install helm" : "curl -fsSL https://raw.githubusercontent.com/helm/helm/main/scripts/get-helm-3 | bash")} - or name one in -HelmPath. Then run the same command again.");

    /// <summary>Refuses a helm that does not know charts of version 2.</summary>
    public async Task RequireVersionAsync(CancellationToken cancellationToken)
    {
        string said = (await RunAsync(["version", "--short"], null, cancellationToken)).Trim();
        string version = said.StartsWith("Client: ", StringComparison.Ordinal) ? said["Client: ".Length..] : said;
        if (!(version is ['v', >= '3' and <= '9', '.', ..]))
        {
            throw new EksToolsException(EksErrorKind.Validation, "HelmTooOld", $"{Path} says that it is {FirstLine(said)}; the chart needs helm 3 or newer.", Path, "Name a newer one in -HelmPath.");
        }
    }

    /// <summary>Runs helm and returns what it writes.</summary>
    /// <param name="arguments">Its arguments; nothing secret.</param>
    /// <param name="absent">What its error says when what was asked for is not there, which is no failure; the answer is null then.</param>
    /// <param name="cancellationToken">Stops it, after a while in which it may finish: a release that is cut off stays pending.</param>
    /// <exception cref="EksToolsException">It failed; the message is its own.</exception>
    public async Task<string?> TryRunAsync(IReadOnlyList<string> arguments, string? absent, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = new(Path) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, CreateNoWindow = true, StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8 };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (string name in Misleading)
        {
            start.Environment.Remove(name);
        }

        cancellationToken.ThrowIfCancellationRequested();
        using Process process = new() { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            throw new EksToolsException(EksErrorKind.File, "HelmNotStarted", $"{Path} cannot be started: {exception.Message.TrimEnd('.')}.", Path, "Check that it is a program for this machine, or name another in -HelmPath.", exception);
        }

        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            using CancellationTokenSource patience = new(Grace);
            await process.WaitForExitAsync(patience.Token).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            throw;
        }

        string said = await errors;
        if (process.ExitCode == 0)
        {
            return await output;
        }

        return absent is not null && said.Contains(absent, StringComparison.OrdinalIgnoreCase) ? null : throw Failed(arguments, process.ExitCode, said);
    }

    /// <summary>Runs helm and returns what it writes.</summary>
    public async Task<string> RunAsync(IReadOnlyList<string> arguments, string? absent, CancellationToken cancellationToken) => await TryRunAsync(arguments, absent, cancellationToken) ?? string.Empty;

    private static EksToolsException Failed(IReadOnlyList<string> arguments, int code, string said)
    {
        string reason = said.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault(static line => line.StartsWith("Error", StringComparison.Ordinal)) ?? FirstLine(said);
        string what = string.Join(' ', arguments.TakeWhile(static argument => !argument.StartsWith('-')).Take(2));
        string hint = reason.Contains("another operation", StringComparison.OrdinalIgnoreCase) ? "If no other helm is at work on it: helm rollback, or for a first installation helm uninstall, takes the unfinished release back. Then run the same command again."
            : reason.Contains("failed to fetch", StringComparison.OrdinalIgnoreCase) || reason.Contains("looks like", StringComparison.OrdinalIgnoreCase) || reason.Contains("cannot be reached", StringComparison.OrdinalIgnoreCase) ? "Where the chart's repository cannot be reached, fetch the chart elsewhere with 'helm pull aws-load-balancer-controller --repo https://aws.github.io/eks-charts' and name it in -ChartPath."
            : "Mend what helm names, and run the same command again.";
        return new EksToolsException(EksErrorKind.Service, "HelmFailed", $"helm {what} ended with {code}: {reason.TrimEnd('.')}.", "helm", hint);
    }

    private static string FirstLine(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [var line, ..] ? line : "nothing";
}
