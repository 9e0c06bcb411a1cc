using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using EksTools.Errors;

namespace EksTools.Core.LoadBalancing.ControllerInstallation;

/// <summary>The user's helm, run without a shell.</summary>
internal sealed class HelmProgram(string path)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    // What would send helm to another cluster or namespace than its arguments say.
    private static readonly string[] Misleading = ["KUBECONFIG", "HELM_KUBECONTEXT", "HELM_KUBETOKEN", "HELM_KUBEAPISERVER", "HELM_KUBEASUSER", "HELM_KUBEASGROUPS", "HELM_KUBECAFILE", "HELM_KUBETLS_SERVER_NAME", "HELM_KUBEINSECURE_SKIP_TLS_VERIFY", "HELM_NAMESPACE"];

    /// <summary>How helm refuses a release that another helm is at work on, or was cut off from.</summary>
    public const string Busy = "another operation (install/upgrade/rollback) is in progress";

    // What API servers, and the connections to them, say when the next attempt may go through.
    private static readonly string[] Passing = ["etcdserver: ", "the server is currently unable to handle the request", "too many requests", "connection reset by peer", "client connection lost", ": EOF", "unexpected EOF", "TLS handshake timeout"];

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
        string[] arguments = ["version", "--short"];
        (int code, string said, string errors) = await ExecuteAsync(arguments, cancellationToken);

        // Version 2 says its own, and then fails for want of a tiller.
        string version = FirstLine(said.Length > 0 ? said : errors);
        version = version.StartsWith("Client: ", StringComparison.Ordinal) ? version["Client: ".Length..] : version;
        bool isVersion = int.TryParse(version.TrimStart('v').Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major) && version.StartsWith('v');
        if (code != 0 && !isVersion)
        {
            throw Failed(arguments, code, errors);
        }

        if (!isVersion || major < 3)
        {
            throw new EksToolsException(EksErrorKind.Validation, "HelmTooOld", $"{Path} says that it is {(isVersion ? "helm " : string.Empty)}{version}; the chart needs helm 3 or newer.", Path, "Install a newer one (https://helm.sh/docs/intro/install/), or name one in -HelmPath.");
        }
    }

    /// <summary>Runs helm and returns what it writes.</summary>
    /// <param name="arguments">Its arguments; nothing secret.</param>
    /// <param name="absent">What its error says when what was asked for is not there, which is no failure; the answer is null then.</param>
    /// <param name="cancellationToken">Stops it, after a while in which it may finish: a release that is cut off stays pending.</param>
    /// <exception cref="EksToolsException">It failed; the message is its own.</exception>
    public async Task<string?> TryRunAsync(IReadOnlyList<string> arguments, string? absent, CancellationToken cancellationToken)
    {
        (int code, string said, string errors) = await ExecuteAsync(arguments, cancellationToken);
        return code == 0 ? said
            : absent is not null && errors.Contains(absent, StringComparison.OrdinalIgnoreCase) ? null
            : throw Failed(arguments, code, errors);
    }

    /// <summary>Runs helm and returns what it writes.</summary>
    public async Task<string> RunAsync(IReadOnlyList<string> arguments, string? absent, CancellationToken cancellationToken) => await TryRunAsync(arguments, absent, cancellationToken) ?? string.Empty;

    private async Task<(int Code, string Said, string Errors)> ExecuteAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
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

        return (process.ExitCode, await output, await errors);
    }

    private static EksToolsException Failed(IReadOnlyList<string> arguments, int code, string said)
    {
        string what = string.Join(' ', arguments.TakeWhile(static argument => !argument.StartsWith('-')).Take(arguments[0] is "show" or "get" ? 2 : 1));
        string[] lines = said.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0)
        {
            // .NET gives a program that a signal ended 128 and the signal's number.
            string how = !OperatingSystem.IsWindows() && code is > 128 and < 160 ? $"was ended by signal {code - 128}" : $"ended with {code}";
            return new EksToolsException(EksErrorKind.Service, "HelmFailed", $"helm {what} {how} and said nothing.", "helm", "See what ended it, such as too little memory. Run the same command again: it goes on from what helm left.");
        }

        string reason = lines.LastOrDefault(static line => line.StartsWith("Error", StringComparison.Ordinal)) ?? lines[0];
        bool repository = Says("looks like") || Says("failed to fetch") || Says("failed to download");
        string hint = Says(Busy) ? "Another helm began meanwhile. Run the same command again: it waits for that one's end."
            : repository ? "Where the chart's repository cannot be reached, fetch the chart elsewhere with 'helm pull aws-load-balancer-controller --repo https://aws.github.io/eks-charts' and name it in -ChartPath."
            : Says("has no deployed releases") ? $"The release was being uninstalled: end that with 'helm uninstall {ControllerNames.Release}' and its --namespace. Then run the same command again."
            : Says("not found in") ? "'helm show chart aws-load-balancer-controller --repo https://aws.github.io/eks-charts' says which version is the newest. Run the command again with a -Version that there is."
            : "Mend what helm names, and run the same command again.";

        // What passes by itself is tried again, as are calls of our own.
        HttpRequestException? inner = !repository && Passing.Any(Says) ? new HttpRequestException(reason) : null;
        return new EksToolsException(inner is null ? EksErrorKind.Service : EksErrorKind.Network, "HelmFailed", $"helm {what} ended with {code}: {reason.TrimEnd('.')}.", "helm", hint, inner);

        bool Says(string phrase) => said.Contains(phrase, StringComparison.OrdinalIgnoreCase);
    }

    private static string FirstLine(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [var line, ..] ? line : "nothing";
}
