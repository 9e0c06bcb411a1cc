using EksTools.Access;
using EksTools.Authentication;
using EksTools.Connections;
using EksTools.Core.Errors;

namespace EksTools.Core.Access;

/// <inheritdoc/>
internal sealed class AccessService : IAccessService
{
    /// <inheritdoc/>
    public ITokenIssuer OpenTokenIssuer() => new TokenIssuer();

    /// <inheritdoc/>
    public ExecCredentialText FormatExecCredential(IssuedToken token, string? kubernetesExecInfo)
    {
        ExecRequest request = ExecRequest.Parse(kubernetesExecInfo);
        return new ExecCredentialText { Json = ExecCredential.Write(new EksToken(token.Token, token.Expiration, string.Empty, token.Region), request.ApiVersion), Note = request.Note };
    }

    /// <inheritdoc/>
    public EksTokenInspection InspectToken(TokenInspectionRequest request)
    {
        try
        {
            string? partition = request.Partition ?? (request.Region is { } region ? AwsPartition.FromRegion(AwsPartition.ValidateRegion(region)).Name : null);
            string token = request.Text.TrimStart().StartsWith('{') ? ExecCredential.ReadToken(request.Text) : request.Text;
            return TokenInspections.Describe(EksTokenInspector.Inspect(token, partition, DateTimeOffset.UtcNow), request.ClusterName);
        }
        catch (AwsAuthenticationException exception)
        {
            throw AwsFailure.Translate(exception);
        }
    }

    /// <inheritdoc/>
    public IKubeconfigUpdate OpenKubeconfigUpdate() => new KubeconfigUpdate();

    /// <inheritdoc/>
    public Task<KubeconfigFindings> FindKubeconfigEntriesAsync(AwsConnection connection, KubeconfigSearch search, CancellationToken cancellationToken) =>
        Remover(search).FindAsync((region, clusters, token) => ClusterExistence.AskAsync(connection, region, clusters, token), cancellationToken);

    /// <inheritdoc/>
    public Task RemoveKubeconfigEntriesAsync(KubeconfigSearch search, IReadOnlyList<EksKubeconfigRemoval> entries, CancellationToken cancellationToken) =>
        Remover(search).RemoveAsync(entries, cancellationToken);

    /// <inheritdoc/>
    public KubeconfigNames ListKubeconfigNames(string? path) => Remover(new KubeconfigSearch { Path = path }).ListNames();

    /// <inheritdoc/>
    public string GetTokenHelperPath() => TokenHelperPath.Stable();

    /// <inheritdoc/>
    public Task<EksTokenHelper> InstallTokenHelperAsync(string modulePath, CancellationToken cancellationToken) =>
        TokenHelperInstaller.InstallAsync(TokenHelperPath.InModule(modulePath), TokenHelperPath.Stable(), cancellationToken);

    private static KubeconfigRemover Remover(KubeconfigSearch search) => new(search, KubeconfigWriter.PathsFor(search.Path));
}
