using System.Reflection;
using EksTools.Testing;

namespace EksTools.Benchmarks;

/// <summary>What a session pays: for importing the module, and for the first token.</summary>
internal static class SessionFigures
{
    private const string Token = "Get-EksToken demo -Region us-west-2 -AccessKey AKIDEXAMPLE -SecretKey secret";
    private static readonly string Empty = Path.GetFullPath(typeof(SessionFigures).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static data => data.Key == "EmptyModule").Value!);

    public static Task ImportAsync() => Timing.PrintRatioAsync(
        "Import, whole process",
        ("EksTools", () => RunAsync($"Import-Module '{BuiltModule.Manifest}'")),
        ("an empty binary module", () => RunAsync($"Import-Module '{Empty}'")));

    public static Task FirstTokenAsync() => Timing.PrintRatioAsync(
        "First Get-EksToken in a fresh engine, whole process",
        ("import and token", () => RunAsync($"Import-Module '{BuiltModule.Manifest}'; $null = {Token}")),
        ("import alone", () => RunAsync($"Import-Module '{BuiltModule.Manifest}'")));

    private static Task RunAsync(string script) => Timing.RunAsync(BuiltModule.PowerShell, ["-NoProfile", "-Command", script]);
}
