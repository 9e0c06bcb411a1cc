using EksTools.Access;
using EksTools.Authentication;
using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Errors;

namespace EksTools.Core.Access;

/// <inheritdoc/>
internal sealed class AccessService : IAccessService
{
    /// <inheritdoc/>
    public async Task<IssuedToken> CreateTokenAsync(AwsConnection connection, TokenRequest request, CancellationToken cancellationToken)
    {
        try
        {
            ClusterIdentity.RequireName(request.ClusterName);
            if (request.RoleArn is { } role)
            {
                await RequireRoleAsync(connection, role, cancellationToken);
            }

            using AwsSession session = await AwsAccount.OpenSessionAsync(connection, request with { RoleSessionName = request.RoleSessionName ?? "EKSGetTokenAuth" }, cancellationToken);
            EksToken token = await session.CreateEksTokenAsync(request.ClusterName, cancellationToken: cancellationToken);
            return new IssuedToken { Token = token.Token, Expiration = token.Expiration, Region = token.Region };
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw AwsFailure.Translate(exception);
        }
    }

    /// <summary>The session's region decides the partition, whether it was said or comes from the profile: so before STS is asked.</summary>
    private static async Task RequireRoleAsync(AwsConnection connection, string role, CancellationToken cancellationToken)
    {
        string? region = connection.Region;
        if (region is null)
        {
            using AwsSession session = await AwsAccount.OpenSessionAsync(connection, role: null, cancellationToken);
            region = session.Region;
        }

        PrincipalArn.RequireRole(role, AwsPartition.FromRegion(region).Name, "RoleArn");
    }

    /// <inheritdoc/>
    public string FormatExecCredential(IssuedToken token, string? kubernetesExecInfo) =>
        ExecCredential.Write(new EksToken(token.Token, token.Expiration, string.Empty, token.Region), ExecRequest.Parse(kubernetesExecInfo).ApiVersion);

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
    public async Task<EksKubeconfigEntry> UpdateKubeconfigAsync(AwsConnection connection, string clusterName, KubeconfigRequest request, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(clusterName);
        KubeconfigWriter.RequireAgreement(request);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            if (request.RoleArn is { } role)
            {
                PrincipalArn.RequireRole(role, account.Partition.Name, nameof(request.RoleArn));
            }

            EksCluster cluster = await ClusterReader.GetAsync(account, clusterName, cancellationToken);
            return await KubeconfigWriter.WriteAsync(connection, account.Session, cluster, request, cancellationToken);
        });
    }

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
