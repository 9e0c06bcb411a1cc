using System.Globalization;
using System.Runtime.InteropServices;

namespace EksTools.Sandbox;

/// <summary>The sandbox as a program.</summary>
internal static class CommandLine
{
    private const int UsageError = 2;

    /// <summary>Runs until Ctrl-C or SIGTERM; 0 when ended so, 1 when it could not start, 2 for options that it does not understand.</summary>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        SandboxOptions options;
        string? shell;
        try
        {
            (options, shell) = Parse(arguments);
        }
        catch (FormatException bad)
        {
            await error.WriteLineAsync(bad.Message);
            return UsageError;
        }

        using var ending = new CancellationTokenSource();
        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            ending.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        try
        {
            await using var sandbox = await SandboxServer.StartAsync(options, ending.Token);
            await output.WriteLineAsync($"sandbox ready: {sandbox.Endpoint.OriginalString}");
            foreach (var (name, value) in sandbox.Environment.Where(_ => shell is not null))
            {
                await output.WriteLineAsync(shell == "pwsh" ? $"$env:{name} = '{value}'" : $"export {name}='{value}'");
            }

            await output.FlushAsync();
            await Task.Delay(Timeout.Infinite, ending.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return 0;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
        catch (ArgumentException bad)
        {
            await error.WriteLineAsync(bad.Message.Split(" (Parameter")[0]);
            return UsageError;
        }
        catch (IOException failure)
        {
            await error.WriteLineAsync($"The sandbox cannot listen on port {options.Port}: {failure.Message}");
            return 1;
        }
    }

    private static (SandboxOptions Options, string? Shell) Parse(string[] arguments)
    {
        var options = new SandboxOptions { KubernetesAssets = Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS") is { Length: > 0 } assets ? assets : null };
        if (options.KubernetesAssets is { } folder && !File.Exists(Path.Combine(folder, "kube-apiserver")))
        {
            throw new FormatException($"KUBEBUILDER_ASSETS names {folder}, where there is no kube-apiserver; unset it to use the built-in Kubernetes API.");
        }

        string? shell = null;
        for (var index = 0; index < arguments.Length; index += 2)
        {
            var name = arguments[index];
            if (name is not ("--port" or "--speed" or "--account" or "--region" or "--environment"))
            {
                throw new FormatException($"The sandbox knows no option '{name}'; use --port N, --speed X, --account ID, --region R, --environment pwsh|sh.");
            }

            var value = index + 1 < arguments.Length ? arguments[index + 1] : throw new FormatException($"The option {name} needs a value.");
            switch (name)
            {
                case "--port":
                    options = options with { Port = int.TryParse(value, CultureInfo.InvariantCulture, out var port) && port is >= 0 and <= 65535 ? port : throw new FormatException($"--port takes a number from 0 to 65535, not '{value}'.") };
                    break;
                case "--speed":
                    options = options with { Speed = double.TryParse(value, CultureInfo.InvariantCulture, out var speed) && speed > 0 && double.IsFinite(speed) ? speed : throw new FormatException($"--speed takes a number above 0, not '{value}'.") };
                    break;
                case "--account":
                    options = options with { AccountId = value };
                    break;
                case "--region":
                    options = options with { Region = value };
                    break;
                default:
                    shell = value is "pwsh" or "sh" ? value : throw new FormatException($"--environment takes pwsh or sh, not '{value}'.");
                    break;
            }
        }

        return (options, shell);
    }
}
