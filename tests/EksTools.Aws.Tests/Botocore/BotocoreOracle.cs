using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace EksTools.Aws.Tests.Botocore;

/// <summary>Asks the botocore of this machine what it would send, read or resolve.</summary>
internal static class BotocoreOracle
{
    private static readonly Lazy<(JsonObject? About, string Problem)> s_about = new(() =>
    {
        try
        {
            return (Run([new JsonObject { ["do"] = "about" }])[0]!.AsObject(), "");
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return (null, e.Message);
        }
    });

    /// <summary>botocore's data directory; skips the test where there is none, and fails it under <c>CI=true</c>.</summary>
    public static string DataDirectory => (string)Require()["data"]!;

    public static string Version => (string)Require()["version"]!;

    public static JsonArray Ask(IEnumerable<JsonObject> jobs)
    {
        Require();
        return Run(jobs);
    }

    private static JsonObject Require()
    {
        var (about, problem) = s_about.Value;
        if (about is null)
            Tools.Missing($"python3 with botocore is needed: {problem}");
        return about!;
    }

    private static JsonArray Run(IEnumerable<JsonObject> jobs)
    {
        var start = new ProcessStartInfo("python3", [Path.Combine(AppContext.BaseDirectory, "Botocore", "oracle.py")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(new JsonArray([.. jobs]).ToJsonString());
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonNode.Parse(output)!.AsArray()
            : throw new InvalidOperationException($"oracle.py ended with {process.ExitCode}: {errors.Result}");
    }
}
