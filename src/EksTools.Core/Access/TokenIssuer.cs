using EksTools.Access;
using EksTools.Authentication;
using EksTools.Connections;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Errors;

namespace EksTools.Core.Access;

/// <inheritdoc/>
internal sealed class TokenIssuer : ITokenIssuer
{
    private readonly Dictionary<ConnectionIdentity, AwsSession> sessions = [];

    /// <inheritdoc/>
    public async Task<IssuedToken> CreateTokenAsync(AwsConnection connection, TokenRequest request, CancellationToken cancellationToken)
    {
        try
        {
            ClusterIdentity.RequireName(request.ClusterName);
            AwsSession session = await SessionAsync(connection, request with { RoleSessionName = request.RoleSessionName ?? "EKSGetTokenAuth" }, cancellationToken);
            EksToken token = await session.CreateEksTokenAsync(request.ClusterName, cancellationToken: cancellationToken);
            return new IssuedToken { Token = token.Token, Expiration = token.Expiration, Region = token.Region };
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw AwsFailure.Translate(exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (AwsSession session in sessions.Values)
        {
            session.Dispose();
        }

        sessions.Clear();
    }

    private async Task<AwsSession> SessionAsync(AwsConnection connection, TokenRequest request, CancellationToken cancellationToken)
    {
        ConnectionIdentity identity = ConnectionIdentity.Of(connection, request.RoleArn, request.ExternalId, request.RoleSessionName);
        if (sessions.TryGetValue(identity, out AwsSession? open))
        {
            return open;
        }

        // The region decides the partition, whether it was said or comes from the profile: so before STS is asked.
        AwsSessionOptions options = AwsAccount.Options(connection, request);
        if (request.RoleArn is { } role && AwsSession.FindRegion(options) is { } region)
        {
            PrincipalArn.RequireRole(role, AwsPartition.FromRegion(region).Name, nameof(request.RoleArn));
        }

        AwsSession session = await AwsSession.OpenAsync(options, cancellationToken);
        try
        {
            if (request.RoleArn is { } assumed)
            {
                PrincipalArn.RequireRole(assumed, session.Partition.Name, nameof(request.RoleArn));
            }

            return sessions[identity] = session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}
