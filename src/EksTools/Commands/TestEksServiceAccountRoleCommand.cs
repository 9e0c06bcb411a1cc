using System.Management.Automation;
using EksTools.Connections;
using EksTools.Findings;
using EksTools.Hosting;
using EksTools.Pipeline;
using EksTools.WorkloadIdentity;

namespace EksTools.Commands;

/// <summary>Says why the pods of a service account do not get their IAM role, and how to mend it.</summary>
[Cmdlet(VerbsDiagnostic.Test, "EksServiceAccountRole")]
[OutputType(typeof(EksServiceAccountRoleFinding), typeof(bool))]
public sealed class TestEksServiceAccountRoleCommand : ClusterCmdlet
{
    private ServiceAccountRoleReviewRequest request = null!;

    /// <summary>The service accounts, as NAME or NAMESPACE/NAME.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[]? ServiceAccount { get; set; }

    /// <summary>The namespace.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>The account's roles for pods too.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <summary>Write true or false alone: whether there is neither an error nor a warning.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    internal override void PrepareRecord()
    {
        base.PrepareRecord();
        request = new ServiceAccountRoleReviewRequest
        {
            ClusterName = ClusterName,
            ServiceAccounts = [.. (ServiceAccount ?? []).Select(name => ServiceAccountArgument.Read(name, Namespace ?? "default")).Distinct()],
            Namespace = ServiceAccount is null ? Namespace : null,
            All = All,
        };
    }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        IReadOnlyList<EksServiceAccountRoleFinding> findings = await Engine.Current.WorkloadIdentity.TestRolesAsync(Connection, request, pipeline, cancellationToken);
        if (Quiet)
        {
            await pipeline.WriteObjectAsync(findings.All(static finding => finding.Severity == EksFindingSeverity.Information));
            return;
        }

        foreach (EksServiceAccountRoleFinding finding in findings)
        {
            await pipeline.WriteObjectAsync(finding);
        }
    }
}
