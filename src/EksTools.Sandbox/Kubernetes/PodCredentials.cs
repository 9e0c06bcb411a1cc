using System.Text.Json.Nodes;

namespace EksTools.Sandbox.Kubernetes;

/// <summary>How a pod gets AWS credentials, as the webhook settled it when the pod was created.</summary>
/// <param name="RoleArn">The role of IAM roles for service accounts; null when it has none.</param>
/// <param name="PodIdentity">Whether it asks Pod Identity's agent.</param>
internal sealed record PodCredentials(string? RoleArn, bool PodIdentity);

/// <summary>The role that EKS writes to an add-on's service account.</summary>
/// <param name="ServiceAccount">The service account.</param>
/// <param name="Role">The role; null for none.</param>
/// <param name="Before">What EKS wrote before.</param>
/// <param name="Preserve">Whether another role that people wrote there stays.</param>
internal sealed record AddonRole(string ServiceAccount, string? Role, string? Before, bool Preserve)
{
    private const string Annotation = "eks.amazonaws.com/role-arn";

    /// <summary>Writes the annotation; whether anything changed.</summary>
    public bool Write(JsonObject serviceAccount)
    {
        var metadata = serviceAccount["metadata"]!.AsObject();
        var there = metadata["annotations"]?[Annotation]?.GetValue<string>();
        if (there == Role || (there is not null && there != Before && (Preserve || Role is null)))
        {
            return false;
        }

        if (metadata["annotations"] is not JsonObject annotations)
        {
            metadata["annotations"] = annotations = [];
        }

        annotations.Remove(Annotation);
        if (Role is not null)
        {
            annotations[Annotation] = Role;
        }

        return true;
    }
}
