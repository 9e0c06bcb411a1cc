using EksTools.Connections;

namespace EksTools.Access;

/// <summary>Tokens and kubeconfigs.</summary>
public interface IAccessService
{
    /// <summary>Opens what makes tokens, for as many clusters as come.</summary>
    ITokenIssuer OpenTokenIssuer();

    /// <summary>The ExecCredential document for a token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="kubernetesExecInfo">The text of KUBERNETES_EXEC_INFO, when kubectl set it.</param>
    ExecCredentialText FormatExecCredential(IssuedToken token, string? kubernetesExecInfo);

    /// <summary>Decodes a token offline and applies the rules of a cluster's API server in the server's order.</summary>
    /// <exception cref="Errors.EksToolsException">The region is none, or the text is JSON but no ExecCredential with a token. A wrong token is no exception but has findings.</exception>
    EksTokenInspection InspectToken(TokenInspectionRequest request);

    /// <summary>Opens what writes clusters into kubeconfigs, any number of them with one write for each file.</summary>
    IKubeconfigUpdate OpenKubeconfigUpdate();

    /// <summary>Finds entries to remove from kubeconfigs. Asks EKS only for <see cref="KubeconfigSearch.Stale"/>, in the region of each entry's ARN.</summary>
    Task<KubeconfigFindings> FindKubeconfigEntriesAsync(AwsConnection connection, KubeconfigSearch search, CancellationToken cancellationToken);

    /// <summary>Takes entries out of their file in one write, and leaves every other byte alone.</summary>
    /// <param name="search">What the entries were found by: its files say what else is still in use.</param>
    /// <param name="entries">Entries of one and the same file.</param>
    /// <param name="cancellationToken">Stops waiting for the file.</param>
    Task RemoveKubeconfigEntriesAsync(KubeconfigSearch search, IReadOnlyList<EksKubeconfigRemoval> entries, CancellationToken cancellationToken);

    /// <summary>The names that kubeconfigs hold; files that cannot be read hold none.</summary>
    /// <param name="path">The one file to look in; every file of <c>KUBECONFIG</c>, or ~/.kube/config, when null.</param>
    KubeconfigNames ListKubeconfigNames(string? path);

    /// <summary>Where <see cref="InstallTokenHelperAsync"/> puts eks-token.</summary>
    string GetTokenHelperPath();

    /// <summary>Copies eks-token from the module to its path per user, unless the same one is there.</summary>
    /// <param name="modulePath">The folder of this module, as this session loaded it.</param>
    /// <param name="cancellationToken">Stops before anything is replaced.</param>
    Task<EksTokenHelper> InstallTokenHelperAsync(string modulePath, CancellationToken cancellationToken);
}
