using System.Text.Json;

namespace EksTools.Authentication;

/// <summary>What a Kubernetes client asks of its exec credential plugin in <c>KUBERNETES_EXEC_INFO</c>.</summary>
/// <param name="ApiVersion">The apiVersion to answer with.</param>
/// <param name="Interactive">Whether the plugin may talk to a person on the client's terminal; null when the client does not say.</param>
/// <param name="Note">One line for stderr where the request is odd, else null.</param>
public sealed record ExecRequest(string ApiVersion, bool? Interactive, string? Note)
{
    /// <summary>The environment variable in which clients pass the request.</summary>
    public const string EnvironmentVariable = "KUBERNETES_EXEC_INFO";

    private const string Group = "client.authentication.k8s.io/";
    private const string Fallback = Group + "v1beta1";

    /// <summary>Reads the request; odd ones are answered with v1beta1 and a note, as the AWS CLI does.</summary>
    /// <param name="kubernetesExecInfo">The variable's text, or null when it is not set.</param>
    public static ExecRequest Parse(string? kubernetesExecInfo)
    {
        if (string.IsNullOrEmpty(kubernetesExecInfo))
        {
            return new(Fallback, null, null);
        }
        string? version = null;
        bool? interactive = null;
        try
        {
            using var document = JsonDocument.Parse(kubernetesExecInfo);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return Malformed();
            }
            if (document.RootElement.TryGetProperty("apiVersion", out var v) && v.ValueKind == JsonValueKind.String)
            {
                version = v.GetString();
            }
            if (document.RootElement.TryGetProperty("spec", out var spec) && spec.ValueKind == JsonValueKind.Object
                && spec.TryGetProperty("interactive", out var i) && i.ValueKind is JsonValueKind.True or JsonValueKind.False)
            {
                interactive = i.GetBoolean();
            }
        }
        catch (JsonException)
        {
            return Malformed();
        }
        return version switch
        {
            Group + "v1" or Group + "v1beta1" => new(version, interactive, null),
            Group + "v1alpha1" => new(version, interactive,
                $"The kubeconfig uses the deprecated {version}; write it anew (Update-EksKubeconfig) to use {Group}v1."),
            _ => new(Fallback, interactive,
                $"{EnvironmentVariable} asks for {(string.IsNullOrEmpty(version) ? "no apiVersion" : $"the unknown apiVersion '{Redaction.OneLine(version)}'")}; answering with {Fallback}."),
        };
    }

    private static ExecRequest Malformed() =>
        new(Fallback, null, $"{EnvironmentVariable} is not a JSON object, which is a fault of the Kubernetes client; answering with {Fallback}.");
}
