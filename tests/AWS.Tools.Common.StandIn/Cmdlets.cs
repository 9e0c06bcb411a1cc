using System.Diagnostics;
using System.Management.Automation;
using System.Runtime.Loader;
using Amazon.Runtime;
using YamlDotNet.Serialization;

namespace Amazon.PowerShell.Common;

/// <summary>What AWS.Tools keeps in $StoredAWSCredentials: the credentials themselves are not public.</summary>
public sealed class AWSPSCredentials
{
    internal AWSPSCredentials(AWSCredentials credentials) => Credentials = credentials;

    internal AWSCredentials Credentials { get; }
}

/// <summary>Sets the session's credentials.</summary>
[Cmdlet(VerbsCommon.Set, "AWSCredential")]
public sealed class SetAWSCredentialCommand : PSCmdlet
{
    /// <summary>Access key id.</summary>
    [Parameter(Mandatory = true)]
    public string AccessKey { get; set; } = null!;

    /// <summary>Secret access key.</summary>
    [Parameter(Mandatory = true)]
    public string SecretKey { get; set; } = null!;

    /// <summary>Session token.</summary>
    [Parameter]
    public string? SessionToken { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        AWSCredentials credentials = SessionToken is null ? new BasicAWSCredentials(AccessKey, SecretKey) : new SessionAWSCredentials(AccessKey, SecretKey, SessionToken);
        SessionState.PSVariable.Set(new PSVariable("global:StoredAWSCredentials", new AWSPSCredentials(credentials)));
    }
}

/// <summary>Gets the session's credentials.</summary>
[Cmdlet(VerbsCommon.Get, "AWSCredential")]
public sealed class GetAWSCredentialCommand : PSCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (SessionState.PSVariable.GetValue("StoredAWSCredentials") is AWSPSCredentials stored)
        {
            WriteObject(stored.Credentials);
        }
    }
}

/// <summary>Sets the session's region.</summary>
[Cmdlet(VerbsCommon.Set, "DefaultAWSRegion")]
public sealed class SetDefaultAWSRegionCommand : PSCmdlet
{
    /// <summary>The region.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Region { get; set; } = null!;

    /// <inheritdoc/>
    protected override void ProcessRecord() => SessionState.PSVariable.Set(new PSVariable("global:StoredAWSRegion", Region));
}

/// <summary>Uses both libraries and says which versions answered, and from which load context.</summary>
[Cmdlet(VerbsCommon.Get, "StandInAssembly")]
public sealed class GetStandInAssemblyCommand : PSCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        _ = new SerializerBuilder().Build().Serialize(new[] { 1 });
        foreach (Type type in new[] { typeof(AWSCredentials), typeof(SerializerBuilder) })
        {
            string version = FileVersionInfo.GetVersionInfo(type.Assembly.Location).FileVersion!;
            WriteObject($"{type.Assembly.GetName().Name} {version} {AssemblyLoadContext.GetLoadContext(type.Assembly)!.Name}");
        }
    }
}
