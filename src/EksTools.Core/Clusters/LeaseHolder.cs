using System.Diagnostics;
using System.Globalization;

namespace EksTools.Core.Clusters;

/// <summary>
/// Which process holds a lease, as a tag's value: machine, what tells one run of the machine (and one container on it) from another, process and
/// its start. Enough to know for certain, on the same machine, that a holder is dead.
/// </summary>
internal sealed record LeaseHolder(string Machine, string Instance, int ProcessId, long Started)
{
    // A start time is reckoned from the wall clock, which may be set right meanwhile.
    private const long Tolerance = 60;
    private const char Separator = '/';

    public static LeaseHolder Current { get; } = Read();

    public static LeaseHolder? Parse(string? text) =>
        text?.Split(Separator) is [string machine, string instance, string process, string started]
        && int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
        && long.TryParse(started, NumberStyles.None, CultureInfo.InvariantCulture, out long second)
            ? new LeaseHolder(machine, instance, id, second)
            : null;

    /// <summary>The holder as a tag's value.</summary>
    public string ToTag() => string.Create(CultureInfo.InvariantCulture, $"{Machine}{Separator}{Instance}{Separator}{ProcessId}{Separator}{Started}");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"process {ProcessId} on {Machine}");

    /// <summary>True when the holder was a process of this machine and is no more; false when that cannot be known from here.</summary>
    public bool IsDeadHere()
    {
        if (Machine != Current.Machine || Instance != Current.Instance)
        {
            return false;
        }

        try
        {
            using Process process = Process.GetProcessById(ProcessId);
            return Math.Abs(Second(process) - Started) > Tolerance;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // Someone else's process has the number; whether ours ended is not ours to see.
            return false;
        }
    }

    private static LeaseHolder Read()
    {
        using Process process = Process.GetCurrentProcess();
        return new LeaseHolder(Clean(Environment.MachineName), Clean(InstanceId()), process.Id, Second(process));
    }

    private static long Second(Process process) => process.StartTime.ToUniversalTime().Ticks / TimeSpan.TicksPerSecond;

    /// <summary>On Linux the boot and the process-id namespace: containers share a machine's name but not its processes.</summary>
    private static string InstanceId()
    {
        const string boot = "/proc/sys/kernel/random/boot_id";
        if (!File.Exists(boot))
        {
            return Environment.OSVersion.Platform.ToString();
        }

        string space = new FileInfo("/proc/self/ns/pid").LinkTarget ?? string.Empty;
        return $"{File.ReadAllText(boot).Trim()}.{space}";
    }

    /// <summary>Only what IAM allows in a tag's value, and not our separator.</summary>
    private static string Clean(string text) => string.Concat(text.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' ? c : '-'));
}
