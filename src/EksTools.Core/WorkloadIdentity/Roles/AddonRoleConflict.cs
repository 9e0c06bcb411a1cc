using Amazon.Runtime;
using EksTools.Core.ClusterAddons;
using EksTools.Core.Errors;
using EksTools.Errors;
using EksTools.WorkloadIdentity;
using k8s.Models;

namespace EksTools.Core.WorkloadIdentity.Roles;

/// <summary>A service account whose role belongs to an EKS add-on, which writes its annotation again with its next update.</summary>
internal static class AddonRoleConflict
{
    /// <summary>The conflict in words that name the add-on, where the annotation is that of one.</summary>
    public static async Task<EksToolsException> ExplainAsync(ServiceAccountRoleStage stage, ServiceAccountEnsure kubernetes, EksToolsException conflict, ServiceAccountName name, CancellationToken cancellationToken)
    {
        if ((await kubernetes.FindAsync(name, cancellationToken))?.GetAnnotation(ServiceAccountEnsure.RoleAnnotation) is not { Length: > 0 } annotated)
        {
            return conflict;
        }

        try
        {
            return await ClusterAddon.FindByRoleAsync(stage.Account, stage.Cluster.Name, [annotated], cancellationToken) is [var (addon, _), ..]
                ? new EksToolsException(conflict.Kind, conflict.ErrorId, $"The add-on {addon} of cluster {stage.Cluster.Name} gave service account {name} the role {annotated}.", name.ToString(), $"Give the add-on the other role: Update-EKSAddon -AddonName {addon} -ServiceAccountRoleArn; or say -Force to take the annotation over until EKS next writes it.", conflict)
                : conflict;
        }
        catch (AmazonServiceException denied) when (AwsFailure.Translate(denied).Kind == EksErrorKind.Denied)
        {
            return conflict;
        }
    }
}
