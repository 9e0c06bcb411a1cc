using System.Globalization;
using System.Text;

namespace EksTools.Core.Nodes;

/// <summary>What a node is told at its first start; EKS adds what joins it to the cluster (https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html#launch-template-user-data).</summary>
internal static class NodeUserData
{
    private const string Boundary = "EKSTOOLS";

    /// <summary>The launch template's user data; null where there is nothing to tell.</summary>
    /// <param name="maxPods">Most pods of a node; null for what EKS reckons.</param>
    /// <param name="ssh">Somebody is let in by SSH, which of Bottlerocket the admin container alone answers: https://bottlerocket.dev/en/os/latest/#/concepts/shell-less-host/</param>
    public static string? Create(NodeSystem system, int? maxPods, bool ssh = false)
    {
        if (system == NodeSystem.Bottlerocket)
        {
            string settings = (maxPods is { } pods ? $"[settings.kubernetes]\nmax-pods = {pods.ToString(CultureInfo.InvariantCulture)}\n" : string.Empty) + (ssh ? "[settings.host-containers.admin]\nenabled = true\n" : string.Empty);
            return settings.Length == 0 ? null : Convert.ToBase64String(Encoding.UTF8.GetBytes(settings));
        }

        if (maxPods is not { } most)
        {
            return null;
        }

        string count = most.ToString(CultureInfo.InvariantCulture);
        string text = $"""
               MIME-Version: 1.0
               Content-Type: multipart/mixed; boundary="{Boundary}"

               --{Boundary}
               Content-Type: application/node.eks.aws

               apiVersion: node.eks.aws/v1alpha1
               kind: NodeConfig
               spec:
                 kubelet:
                   config:
                     maxPods: {count}

               --{Boundary}--

               """.ReplaceLineEndings("\n");
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
    }
}
