using EksTools.Connections;

namespace EksTools.Access;

/// <summary>Makes tokens, any number of them. The credentials of one identity are had once and renewed when they end.</summary>
public interface ITokenIssuer : IDisposable
{
    /// <summary>Makes a token for a cluster's API server. Makes no network call unless the credentials or a role need one. Not for concurrent use.</summary>
    Task<IssuedToken> CreateTokenAsync(AwsConnection connection, TokenRequest request, CancellationToken cancellationToken);
}
