using System.Management.Automation;
using EksTools.Access;
using EksTools.Connections;
using EksTools.Errors;
using EksTools.Hosting;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Makes a token with which a client proves its IAM identity to a cluster's API server.</summary>
[Cmdlet(VerbsCommon.Get, "EksToken", DefaultParameterSetName = "Token")]
[OutputType(typeof(EksToken), ParameterSetName = ["Token"])]
[OutputType(typeof(string), ParameterSetName = ["ExecCredential"])]
public sealed class GetEksTokenCommand : ClusterCmdlet
{
    private ITokenIssuer? issuer;

    /// <summary>A role to assume first.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RoleArn { get; set; }

    /// <summary>The external id that the role's trust policy asks for.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ExternalId { get; set; }

    /// <summary>The name of the assumed role's session.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RoleSessionName { get; set; }

    /// <summary>Put the token into the object as plain text.</summary>
    [Parameter(ParameterSetName = "Token")]
    public SwitchParameter AsPlainText { get; set; }

    /// <summary>Write the one JSON document that kubectl reads from an exec credential plugin.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "ExecCredential")]
    public SwitchParameter AsExecCredential { get; set; }

    /// <summary>As an exec plugin the cmdlet has one line on standard error for what went wrong.</summary>
    internal override ErrorRecord ToErrorRecord(Exception exception) =>
        AsExecCredential ? ErrorTable.ToOneLine(exception, ErrorTarget) : base.ToErrorRecord(exception);

    internal override void PrepareRecord()
    {
        base.PrepareRecord();
        if (RoleArn is null && (ExternalId ?? RoleSessionName) is not null)
        {
            throw new EksToolsException(EksErrorKind.Validation, "RoleArnMissing", $"{(ExternalId is null ? "-RoleSessionName" : "-ExternalId")} is for a role that is assumed, and -RoleArn names none.", nameof(RoleArn), "Say -RoleArn, or leave the other out.");
        }
    }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        // Only what kubectl runs keeps credentials: it starts a process for each token.
        TokenRequest request = new() { ClusterName = ClusterName, RoleArn = RoleArn, ExternalId = ExternalId, RoleSessionName = RoleSessionName, UseCredentialCache = AsExecCredential };
        IAccessService access = Engine.Current.Access;
        issuer ??= access.OpenTokenIssuer();
        IssuedToken token = await issuer.CreateTokenAsync(Connection, request, cancellationToken);
        if (!AsExecCredential)
        {
            await pipeline.WriteObjectAsync(EksToken.Create(ClusterName, token, AsPlainText));
            return;
        }

        ExecCredentialText text = access.FormatExecCredential(token, Environment.GetEnvironmentVariable("KUBERNETES_EXEC_INFO"));
        if (text.Note is not null)
        {
            // Not as a warning: pwsh writes those to standard output, where only the JSON belongs.
            await Console.Error.WriteLineAsync($"Get-EksToken: {text.Note}");
        }

        await pipeline.WriteObjectAsync(text.Json);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            issuer?.Dispose();
        }
    }
}
