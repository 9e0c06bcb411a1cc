using EksTools.Connections;

namespace EksTools.Access;

/// <summary>Tokens and kubeconfigs.</summary>
public interface IAccessService
{
    /// <summary>Makes a token for a cluster's API server. Makes no network call unless the credentials or a role need one.</summary>
    Task<IssuedToken> CreateTokenAsync(AwsConnection connection, TokenRequest request, CancellationToken cancellationToken);

    /// <summary>The ExecCredential document for a token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="kubernetesExecInfo">The text of KUBERNETES_EXEC_INFO, when kubectl set it.</param>
    /// <returns>One line of JSON in ASCII.</returns>
    string FormatExecCredential(IssuedToken token, string? kubernetesExecInfo);

    /// <summary>Decodes a token offline and applies the rules of a cluster's API server in the server's order.</summary>
    /// <exception cref="Errors.EksToolsException">The region is none, or the text is JSON but no ExecCredential with a token. A wrong token is no exception but has findings.</exception>
    EksTokenInspection InspectToken(TokenInspectionRequest request);

    /// <summary>Writes a cluster into a kubeconfig and leaves every other byte alone.</summary>
    Task<EksKubeconfigEntry> UpdateKubeconfigAsync(AwsConnection connection, string clusterName, KubeconfigRequest request, CancellationToken cancellationToken);
}
