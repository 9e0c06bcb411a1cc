using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace EksTools.Authentication;

/// <summary>
/// Runs a profile's <c>credential_process</c>, without a shell, as the AWS CLI does. AWSSDK.Core's runner repeats the process'
/// standard output and error in its messages, which may hold keys.
/// </summary>
internal static class CredentialProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task<AwsKeys> RunAsync(Profile profile, CancellationToken cancellationToken)
    {
        var from = $"the credential_process of profile '{profile.Name}'";
        var command = Split(profile.Require("credential_process"), OperatingSystem.IsWindows());
        if (command.Count == 0)
        {
            throw new AwsAuthenticationException(AwsAuthenticationErrorKind.Validation, $"The command of {from} is empty.", "Correct the profile.");
        }
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, CreateNoWindow = true,
        };
        foreach (var argument in command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            throw new AwsAuthenticationException(
                AwsAuthenticationErrorKind.NotFound, $"The command '{Redaction.OneLine(command[0])}' of {from} cannot be started.",
                "Check that it is installed and on the PATH.");
        }
        process.StandardInput.Close(); // It has nobody to ask: better an error now than a process that waits.
        using var timeout = new CancellationTokenSource(Limit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var output = new MemoryStream();
            var reading = process.StandardOutput.BaseStream.CopyToAsync(output, either.Token);
            var errors = process.StandardError.ReadToEndAsync(either.Token);
            await Task.WhenAll(reading, errors, process.WaitForExitAsync(either.Token)).ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                var lines = (await errors.ConfigureAwait(false)).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                throw new AwsAuthenticationException(
                    AwsAuthenticationErrorKind.Unavailable,
                    $"{Capital(from)} exited with {process.ExitCode}{(lines.Length > 0 ? ": " + Redaction.OneLine(lines[^1]) : "")}.".Replace("..", ".", StringComparison.Ordinal),
                    "Run the command by hand to see what it wants; it may need a login.");
            }
            return KeyDocument.Parse(output.ToArray(), from, "SessionToken", version: true);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new AwsAuthenticationException(
                AwsAuthenticationErrorKind.Timeout, $"{Capital(from)} did not finish within {Limit.TotalSeconds:0} seconds.",
                "Run the command by hand to see what it waits for.");
        }
    }

    /// <summary>Splits a command line: by a POSIX shell's quoting, or by Windows' (double quotes only, backslashes are paths).</summary>
    internal static List<string> Split(string command, bool windows)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var inWord = false;
        var quote = '\0';
        for (var i = 0; i < command.Length; i++)
        {
            var c = command[i];
            if (quote != '\0' && c == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && (c == '"' || (c == '\'' && !windows)))
            {
                (quote, inWord) = (c, true);
            }
            else if (c == '\\' && quote != '\'' && i + 1 < command.Length
                && (windows ? command[i + 1] == '"' : quote == '\0' || command[i + 1] is '"' or '\\'))
            {
                word.Append(command[++i]);
                inWord = true;
            }
            else if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (inWord)
                {
                    words.Add(word.ToString());
                }
                word.Clear();
                inWord = false;
            }
            else
            {
                word.Append(c);
                inWord = true;
            }
        }
        if (inWord)
        {
            words.Add(word.ToString());
        }
        return words;
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
