using System.Diagnostics;
using System.Management.Automation;
using System.Reflection;

namespace EksTools.Tests.Modules;

/// <summary>The module on disk: what ships, and what its manifest promises.</summary>
public sealed class ManifestTests
{
    // What AWS.Tools.EKS exports, as far as a name of ours could meet it: PowerShell ignores case.
    private static readonly string[] AwsToolsNames =
    [
        .. Nouns("Add", "AccessPolicy", "EncryptionConfig", "IdentityProviderConfig", "ResourceTag"),
        .. Nouns("Get", "AccessEntry", "AccessEntryList", "AccessPolicyList", "Addon", "AddonConfiguration", "AddonList", "AddonVersion", "AssociatedAccessPolicyList", "CapabilityDetail", "CapabilityList", "CertificateAuthorityDetail", "CertificateAuthorityList", "Cluster", "ClusterList", "ClusterVersion", "EksAnywhereSubscription", "EksAnywhereSubscriptionList", "FargateProfile", "FargateProfileList", "IdentityProviderConfig", "IdentityProviderConfigList", "Insight", "InsightList", "InsightsRefresh", "Nodegroup", "NodegroupList", "PodIdentityAssociation", "PodIdentityAssociationList", "ResourceTag", "Update", "UpdateList"),
        .. Nouns("New", "AccessEntry", "Addon", "Capability", "CertificateAuthority", "Cluster", "EksAnywhereSubscription", "FargateProfile", "Nodegroup", "PodIdentityAssociation"),
        .. Nouns("Register", "Cluster"),
        .. Nouns("Unregister", "Cluster"),
        .. Nouns("Remove", "AccessEntry", "AccessPolicy", "Addon", "Capability", "CertificateAuthority", "Cluster", "EksAnywhereSubscription", "FargateProfile", "IdentityProviderConfig", "Nodegroup", "PodIdentityAssociation", "ResourceTag"),
        .. Nouns("Start", "InsightsRefresh"),
        .. Nouns("Stop", "Update"),
        .. Nouns("Update", "AccessEntry", "Addon", "Capability", "ClusterConfig", "ClusterVersion", "EksAnywhereSubscription", "NodegroupConfig", "NodegroupVersion", "PodIdentityAssociation"),
        "Import-EksKubeConfig",
    ];

    private static readonly string[] AllowedClashes = ["New-EksCluster", "Get-EksCluster", "Remove-EksCluster", "Get-EksNodeGroup", "Remove-EksNodeGroup", "Remove-EksFargateProfile"];

    [Fact]
    public void Exports_exactly_the_cmdlets_of_the_assembly()
    {
        using Session session = new();
        string[] exported = [.. session.Run("(Get-Module EksTools).ExportedCmdlets.Keys").Good().Select(static name => (string)name.BaseObject).Order(StringComparer.Ordinal)];
        string[] declared = [.. session.Run("(Get-Module EksTools).ImplementingAssembly.GetTypes() | ForEach-Object { $_.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false) } | ForEach-Object { $_.VerbName + '-' + $_.NounName }").Good().Select(static name => (string)name.BaseObject).Order(StringComparer.Ordinal)];
        Assert.Equal(declared, exported);
        Assert.Equal([], session.Run("(Get-Module EksTools).ExportedAliases.Keys; (Get-Module EksTools).ExportedFunctions.Keys").Good());
    }

    [Fact]
    public void Clashes_with_AWS_Tools_only_where_allowed()
    {
        using Session session = new();
        string[] exported = [.. session.Run("(Get-Module EksTools).ExportedCmdlets.Keys").Good().Select(static name => (string)name.BaseObject)];
        string[] clashes = [.. exported.Intersect(AwsToolsNames, StringComparer.OrdinalIgnoreCase).Except(AllowedClashes, StringComparer.OrdinalIgnoreCase)];
        Assert.Empty(clashes);
    }

    [Fact]
    public void Version_is_that_of_the_assembly_and_only_the_Core_edition_is_promised()
    {
        using Session session = new();
        PSModuleInfo module = (PSModuleInfo)session.Run("Get-Module EksTools").Good().Single().BaseObject;
        Version assembly = AssemblyName.GetAssemblyName(Path.Combine(BuiltModule.Folder, "EksTools.dll")).Version!;
        Assert.Equal(new Version(assembly.Major, assembly.Minor, assembly.Build), module.Version);
        Assert.Equal(["Core"], module.CompatiblePSEditions);
        Assert.Equal(new Version(7, 4), module.PowerShellVersion);
        Assert.Contains("PSEdition_Core", module.Tags);
    }

    [Fact]
    public void Ships_no_copy_of_the_engine_and_no_second_copy_of_the_contracts()
    {
        string[] files = [.. Directory.EnumerateFiles(BuiltModule.Folder, "*", SearchOption.AllDirectories).Select(static file => Path.GetRelativePath(BuiltModule.Folder, file))];
        Assert.DoesNotContain(files, static file => Path.GetFileName(file) == "System.Management.Automation.dll");
        Assert.Equal(["EksTools.Abstractions.dll"], files.Where(static file => Path.GetFileName(file) == "EksTools.Abstractions.dll"));
        Assert.Contains(Path.Combine("deps", "EksTools.Core.dll"), files);
        Assert.DoesNotContain(files, static file => file.EndsWith(".pdb", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_verb_is_approved()
    {
        using Session session = new(import: false);
        Answer answer = session.Run($"Import-Module '{BuiltModule.Manifest}'");
        answer.Good();
        Assert.Empty(answer.Warnings);
    }

    [Fact]
    public void Ships_the_token_helper_for_this_machine()
    {
        string[] helpers = [.. Directory.EnumerateFiles(Path.Combine(BuiltModule.Folder, "runtimes"), "eks-token*", SearchOption.AllDirectories).Where(static file => Path.GetExtension(file) is "" or ".exe")];
        Assert.Single(helpers);
        using Process process = Process.Start(new ProcessStartInfo(helpers[0], ["--version"]) { RedirectStandardOutput = true })!;
        Assert.NotEmpty(process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private static IEnumerable<string> Nouns(string verb, params string[] nouns) => nouns.Select(noun => $"{verb}-Eks{noun}");
}
