using System.Diagnostics;

namespace EksTools.Interop.Tests.Quickstart;

/// <summary>The sample as a program: the README's first command.</summary>
public sealed class QuickstartTests
{
    [Fact]
    public async Task Runs_to_its_end_and_leaves_nothing_behind()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("ekstools-test-quickstart-");
        try
        {
            Dictionary<string, string?> environment = new() { ["TMPDIR"] = folder.FullName, ["TMP"] = folder.FullName, ["TEMP"] = folder.FullName, ["HOME"] = folder.FullName };
            Stopwatch watch = Stopwatch.StartNew();
            ProcessRun run = await ProcessRun.RunAsync(BuiltModule.Quickstart, [], environment);
            Assert.True(run.ExitCode == 0, run.Output + run.Error);
            Assert.Equal(string.Empty, run.Error);
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
            foreach (string header in new[] { @"Name\s+Region\s+Status\s+Version", @"NodeName\s+Status\s+InstanceType", @"Context\s+ClusterName\s+Change\s+ExecCommand", @"ClusterName\s+Region\s+Expiration\s+Token", @"ClusterName\s+Region\s+Steps\s+Remaining" })
            {
                Assert.Matches(@"(?m)^" + header, run.Output);
            }

            Assert.Equal(2, run.Output.Split('\n').Count(static line => line.StartsWith("ip-", StringComparison.Ordinal) && line.Contains("t3.medium", StringComparison.Ordinal)));
            Assert.Matches(@"(?m)^Done after", run.Output);
            Assert.Empty(folder.GetFileSystemInfos("ekstools-*"));
            Assert.Empty(ProcessesOf(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The processes whose environment names a folder: they were started by the one that was given it.</summary>
    private static List<string> ProcessesOf(string folder)
    {
        List<string> found = [];
        foreach (string process in OperatingSystem.IsLinux() ? Directory.EnumerateDirectories("/proc").Where(static name => char.IsAsciiDigit(Path.GetFileName(name)[0])) : [])
        {
            try
            {
                if (File.ReadAllText(Path.Combine(process, "environ")).Contains(folder, StringComparison.Ordinal))
                {
                    found.Add(File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' '));
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It has ended, or is another user's.
            }
        }

        return found;
    }
}
