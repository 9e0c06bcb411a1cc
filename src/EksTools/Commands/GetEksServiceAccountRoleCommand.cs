using System.Management.Automation;
using EksTools.Connections;
using EksTools.Hosting;
using EksTools.Pipeline;
using EksTools.WorkloadIdentity;

namespace EksTools.Commands;

/// <summary>Lists the service accounts of a cluster with their IAM roles.</summary>
[Cmdlet(VerbsCommon.Get, "EksServiceAccountRole")]
[OutputType(typeof(EksServiceAccountRole))]
public sealed class GetEksServiceAccountRoleCommand : ClusterCmdlet
{
    private ServiceAccountRoleQuery query = null!;

    /// <summary>The service accounts, as NAME or NAMESPACE/NAME.</summary>
    [Parameter(Position = 1)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? ServiceAccount { get; set; }

    /// <summary>The namespace to look in.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>Those too that have no role.</summary>
    [Parameter]
    public SwitchParameter WithoutRole { get; set; }

    /// <summary>Look into the pods.</summary>
    [Parameter]
    public SwitchParameter Pod { get; set; }

    internal override void PrepareRecord()
    {
        base.PrepareRecord();
        (WildcardPattern Space, WildcardPattern Name)[] patterns = [.. (ServiceAccount ?? []).Select(text => ServiceAccountArgument.Read(text, "*")).Select(static name => (WildcardPattern.Get(name.Namespace, WildcardOptions.IgnoreCase), WildcardPattern.Get(name.Name, WildcardOptions.IgnoreCase)))];
        query = new ServiceAccountRoleQuery
        {
            ClusterName = ClusterName,
            Namespace = Namespace,
            Match = patterns.Length == 0 ? null : name => patterns.Any(pattern => pattern.Space.IsMatch(name.Namespace) && pattern.Name.IsMatch(name.Name)),
            WithoutRole = WithoutRole,
            Pods = Pod,
        };
    }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        foreach (EksServiceAccountRole role in await Engine.Current.WorkloadIdentity.ListRolesAsync(Connection, query, pipeline, cancellationToken))
        {
            await pipeline.WriteObjectAsync(role);
        }
    }
}
