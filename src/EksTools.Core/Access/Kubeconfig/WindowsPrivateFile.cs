using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace EksTools.Core.Access.Kubeconfig;

/// <summary>Creates files on Windows that only the present user may open.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsPrivateFile
{
    public static FileStream Create(string path)
    {
        using WindowsIdentity identity = WindowsIdentity.GetCurrent();
        SecurityIdentifier user = identity.User
            ?? throw new KubeconfigException(path, "the Windows account of this process has no SID, so the file cannot be made private.");
        FileSecurity security = new();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        security.AddAccessRule(new FileSystemAccessRule(user, FileSystemRights.FullControl, AccessControlType.Allow));
        return new FileInfo(path).Create(
            FileMode.CreateNew, FileSystemRights.WriteData | FileSystemRights.ReadAttributes | FileSystemRights.Synchronize, FileShare.None, 4096, FileOptions.None, security);
    }
}
