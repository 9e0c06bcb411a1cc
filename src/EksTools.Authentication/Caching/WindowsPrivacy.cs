using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace EksTools.Authentication;

/// <summary>Folders and files on Windows that are the present user's alone. The system and its administrators can open any file anyhow.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsPrivacy
{
    private static readonly SecurityIdentifier Administrators = new(WellKnownSidType.BuiltinAdministratorsSid, null);
    private static readonly SecurityIdentifier LocalSystem = new(WellKnownSidType.LocalSystemSid, null);

    /// <summary>Makes a folder whose files only the user may open. One that is there is taken when nobody else owns it.</summary>
    /// <exception cref="UnauthorizedAccessException">It is somebody else's.</exception>
    public static void CreateFolder(string path)
    {
        var user = User();
        var folder = new DirectoryInfo(path);
        if (!folder.Exists)
        {
            var security = new DirectorySecurity();
            security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
            security.AddAccessRule(new FileSystemAccessRule(
                user, FileSystemRights.FullControl, InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit, PropagationFlags.None, AccessControlType.Allow));
            folder.Parent?.Create();
            folder.Create(security);
        }
        if (!IsPrivate(folder.GetAccessControl(AccessControlSections.Access | AccessControlSections.Owner), user))
        {
            throw new UnauthorizedAccessException($"{path} is open to others.");
        }
    }

    /// <summary>Whether the open file is the user's and lets nobody else in.</summary>
    public static bool IsPrivate(FileStream stream) => IsPrivate(stream.GetAccessControl(), User());

    private static bool IsPrivate(FileSystemSecurity security, SecurityIdentifier user) =>
        Trusted(security.GetOwner(typeof(SecurityIdentifier)), user)
        && security.GetAccessRules(includeExplicit: true, includeInherited: true, typeof(SecurityIdentifier)).Cast<FileSystemAccessRule>()
            .All(rule => rule.AccessControlType == AccessControlType.Deny || Trusted(rule.IdentityReference, user));

    // What an elevated process makes may belong to the administrators as a group.
    private static bool Trusted(IdentityReference? who, SecurityIdentifier user) => who is not null && (who.Equals(user) || who.Equals(Administrators) || who.Equals(LocalSystem));

    private static SecurityIdentifier User()
    {
        using var identity = WindowsIdentity.GetCurrent();
        return identity.User ?? throw new UnauthorizedAccessException("The Windows account of this process has no SID.");
    }
}
