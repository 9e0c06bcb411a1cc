namespace EksTools.Core.Files;

/// <summary>Virus scanners and indexers open files for moments; on Windows that makes others' calls fail with a sharing violation.</summary>
internal static class WindowsSharing
{
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int LockViolation = unchecked((int)0x80070021);
    private const int AccessDenied = unchecked((int)0x80070005);
    private const int Attempts = 8;

    /// <summary>Calls again after 10, 20, 40 … ms (1.3 s in all) while the file is in somebody's hands.</summary>
    public static T Retry<T>(Func<T> action)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return action();
            }
            catch (Exception exception) when (OperatingSystem.IsWindows() && attempt < Attempts && IsSharing(exception))
            {
                Thread.Sleep(10 << (attempt - 1));
            }
        }
    }

    // Replacing an open file says "access denied" rather than "sharing violation".
    private static bool IsSharing(Exception exception) => exception.HResult is SharingViolation or LockViolation or AccessDenied;
}
