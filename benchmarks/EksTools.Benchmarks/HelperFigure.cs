using EksTools.Sandbox;
using EksTools.Testing;

namespace EksTools.Benchmarks;

/// <summary>
/// Whoever makes kubectl's token, as a whole process: time and memory, all in turn in one run. EKSTOOLS_TOKEN_HELPER names the native
/// eks-token of a packed module, EKSTOOLS_EMPTY_PROCESS a native process that does nothing (dotnet publish of EksTools.EmptyProcess).
/// </summary>
internal static class HelperFigure
{
    private const string Trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"}]}""";

    public static async Task RunAsync()
    {
        string? helper = Environment.GetEnvironmentVariable("EKSTOOLS_TOKEN_HELPER"), empty = Environment.GetEnvironmentVariable("EKSTOOLS_EMPTY_PROCESS");
        if (helper is null || empty is null)
        {
            Console.WriteLine("helper: set EKSTOOLS_TOKEN_HELPER and EKSTOOLS_EMPTY_PROCESS to native executables to measure them.");
            return;
        }

        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        Dictionary<string, string?> environment = rehearsal.Environment;
        await Timing.RunAsync("aws", ["iam", "create-role", "--role-name", "view", "--assume-role-policy-document", Trust], environment);
        string[] native = ["--cluster-name", "demo", "--region", "us-west-2"], role = ["--role-arn", "arn:aws:iam::111122223333:role/view"];
        string script = $"Import-Module '{BuiltModule.Manifest}'; Get-EksToken -ClusterName demo -Region us-west-2 -AsExecCredential";
        await Timing.PrintTableAsync(
            "A token, whole process",
            new("an empty native process", empty, [], environment),
            new("eks-token", helper, native, environment),
            new("eks-token, role from the cache", helper, [.. native, .. role], environment),
            new("eks-token, role from STS", helper, [.. native, .. role, "--no-cache"], environment),
            new("Get-EksToken in the hosted engine", BuiltModule.PowerShell, ["-NoProfile", "-Command", script], environment),
            new("aws eks get-token", "aws", ["eks", "get-token", .. native], environment));
        Console.WriteLine($"AssumeRole was called {Calls(rehearsal.Sandbox)} times.");
    }

    private static int Calls(SandboxServer sandbox) => sandbox.Requests.Count(static request => request.Operation == "AssumeRole");
}
