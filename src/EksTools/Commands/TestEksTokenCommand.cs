using System.Management.Automation;
using System.Net;
using System.Security;
using EksTools.Access;
using EksTools.Completion;
using EksTools.Errors;
using EksTools.Hosting;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Decodes a token offline and says whether, and why not, a cluster's API server would take it.</summary>
[Cmdlet(VerbsDiagnostic.Test, "EksToken")]
[OutputType(typeof(EksTokenInspection), typeof(bool))]
public sealed class TestEksTokenCommand : EksToolsCmdlet
{
    /// <summary>The token: text, SecureString, the object of Get-EksToken, or an ExecCredential as JSON text or object.</summary>
    // An object, because a token comes in so many forms; the pipeline's record is never turned into text by PowerShell.
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowEmptyString]
    public object Token { get; set; } = string.Empty;

    /// <summary>The partition of the server.</summary>
    [Parameter]
    [ValidateSet("aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc")]
    public string? Partition { get; set; }

    /// <summary>The region of the server.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RegionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Region { get; set; }

    /// <summary>Write true or false alone.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private TokenInspectionRequest? request;

    // An object's properties may be scripts, which run on the pipeline thread only.
    internal override void PrepareRecord()
    {
        PSObject record = PSObject.AsPSObject(Token);
        string text = Text(record) ?? throw new EksToolsException(
            EksErrorKind.Validation,
            "TokenTypeUnknown",
            $"No token can be taken from an object of type {record.BaseObject.GetType().FullName}.",
            hint: "Give the text of a token, a SecureString, the object that Get-EksToken writes, or an ExecCredential as JSON or object.");
        string? cluster = record.BaseObject is string or SecureString ? null : LanguagePrimitives.ConvertTo<string>(Value(record, "ClusterName"));
        request = new TokenInspectionRequest { Text = text, ClusterName = string.IsNullOrEmpty(cluster) ? null : cluster, Partition = Partition, Region = Region };
    }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        EksTokenInspection inspection = Engine.Current.Access.InspectToken(request!);
        await pipeline.WriteObjectAsync(Quiet ? inspection.IsValid : inspection);
    }

    private static string? Text(PSObject record) => record.BaseObject switch
    {
        string text => text,
        SecureString secure => new NetworkCredential(string.Empty, secure).Password,
        _ when Value(record, "Token") is { } token => Leaf(token),
        _ when Value(record, "status") is { } status && Value(PSObject.AsPSObject(status), "token") is { } token => Leaf(token),
        _ => null,
    };

    private static string? Leaf(object token) => PSObject.AsPSObject(token) is { BaseObject: string or SecureString } leaf ? Text(leaf) : null;

    private static object? Value(PSObject record, string name) => record.BaseObject is System.Collections.IDictionary table
        ? table.Contains(name) ? table[name] : null
        : record.Properties[name]?.Value;
}
