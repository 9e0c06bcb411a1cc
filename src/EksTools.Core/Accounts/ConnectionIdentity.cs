using System.Collections;
using EksTools.Connections;

namespace EksTools.Core.Accounts;

/// <summary>What decides which account and principal a connection leads to: equal ones can share what was opened for one of them. Prints nothing of it.</summary>
internal readonly struct ConnectionIdentity : IEquatable<ConnectionIdentity>
{
    private readonly object?[] parts;

    private ConnectionIdentity(object?[] parts) => this.parts = parts;

    /// <summary>That of a connection as things are now.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="more">What decides besides, such as a role.</param>
    public static ConnectionIdentity Of(AwsConnection connection, params string?[] more) => new(
    [
        connection.AccessKey, connection.SecretKey, connection.SessionToken, connection.Credential, connection.ProfileName, connection.ProfileLocation, connection.SessionCredential,
        connection.Region, connection.SessionRegion, connection.EndpointUrl, connection.Interactive, AwsVariables(), .. more,
    ]);

    /// <inheritdoc/>
    public bool Equals(ConnectionIdentity other) => parts.AsSpan().SequenceEqual(other.parts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ConnectionIdentity other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (object? part in parts)
        {
            hash.Add(part);
        }

        return hash.ToHashCode();
    }

    /// <summary>A script may change them between two clusters that it pipes in, and means the next one's identity by it.</summary>
    private static string AwsVariables() => string.Join('\0', Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Select(static variable => $"{variable.Key}={variable.Value}")
        .Where(static variable => variable.StartsWith("AWS_", StringComparison.OrdinalIgnoreCase))
        .Order(StringComparer.Ordinal));
}
