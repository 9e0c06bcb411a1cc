using System.Text.Json;

namespace EksTools.Interop.Tests.ExecPlugin;

/// <summary>The cache of role credentials as kubectl's plugins share it.</summary>
public sealed class CacheTests(DemoCluster demo)
{
    [Fact]
    public async Task Whoever_comes_second_makes_no_call_whichever_program_was_first()
    {
        string role = await demo.RoleAsync("cached");
        string[] native = ["--cluster-name", "demo", "--region", "us-west-2", "--role-arn", role];
        string[] powershell = ["-NoProfile", "-Command", $"Import-Module '{BuiltModule.Manifest}'; Get-EksToken demo -Region us-west-2 -RoleArn {role} -AsExecCredential"];
        foreach (string first in new[] { "native", "powershell" })
        {
            Dictionary<string, string?> environment = demo.Environment();
            environment["EKSTOOLS_CREDENTIAL_CACHE"] = Path.Combine(demo.Folder, $"cache-{first}");
            string helper = Path.Combine(Path.GetDirectoryName(BuiltModule.Manifest)!, "runtimes", System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier, OperatingSystem.IsWindows() ? "eks-token.exe" : "eks-token");
            (string, string[])[] programs = [(helper, native), (BuiltModule.PowerShell, powershell)];
            int before = demo.Sandbox.Requests.Count;
            foreach ((string program, string[] arguments) in first == "native" ? programs : [.. programs.Reverse()])
            {
                ProcessRun run = await ProcessRun.RunAsync(program, arguments, environment);
                Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
                using JsonDocument document = JsonDocument.Parse(run.Output);
                Assert.StartsWith("k8s-aws-v1.", document.RootElement.Text("status.token"), StringComparison.Ordinal);
            }

            // Other tests use the sandbox meanwhile; nobody else assumes this role.
            Assert.Single(demo.Sandbox.Requests.Skip(before), request => request.Operation == "AssumeRole" && request.Body.Contains("cached", StringComparison.Ordinal));
        }
    }
}
