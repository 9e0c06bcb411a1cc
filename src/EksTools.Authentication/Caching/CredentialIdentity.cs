using System.Security.Cryptography;
using System.Text;

namespace EksTools.Authentication;

/// <summary>
/// Everything that decides which credentials come out of a source: what may be known of it, and what is secret. The first part names
/// the file of a cache, so nothing can be guessed from a name; both together are the seal that is kept inside the file.
/// </summary>
internal sealed class CredentialIdentity
{
    private readonly string?[] _named;
    private readonly string?[] _secret;

    private CredentialIdentity(string?[] named, string?[] secret) => (_named, _secret) = (named, secret);

    /// <summary>An identity of a kind.</summary>
    /// <param name="kind">The kind of source.</param>
    /// <param name="named">What decides and is no secret.</param>
    public static CredentialIdentity Of(string kind, params string?[] named) => new([kind, .. named], []);

    /// <summary>The identity of keys themselves.</summary>
    public static CredentialIdentity Of(AwsKeys keys) => Of("keys", keys.AccessKey).WithSecrets(keys.SecretKey, keys.SessionToken);

    /// <summary>The same with secrets that decide too.</summary>
    public CredentialIdentity WithSecrets(params string?[] secrets) => new(_named, [.. _secret, .. secrets]);

    /// <summary>The identity of a role that this one assumes.</summary>
    /// <param name="role">The role and its session.</param>
    /// <param name="endpoint">The STS endpoint that is asked: another may stand for another AWS.</param>
    public CredentialIdentity Assuming(RoleRequest role, StsEndpoint endpoint) => new(
        [.. _named, "role", role.RoleArn, role.SessionName, role.ExternalId, role.MfaSerial, role.DurationSeconds?.ToString(System.Globalization.CultureInfo.InvariantCulture), endpoint.Uri.AbsoluteUri, endpoint.SigningRegion],
        _secret);

    /// <summary>64 hexadecimal digits for what is no secret.</summary>
    public string Name => Digest(_named);

    /// <summary>64 hexadecimal digits for all.</summary>
    public string Seal => Digest([.. _named, "secrets", .. _secret]);

    // Lengths keep parts apart, and a part that is missing from one that is empty.
    private static string Digest(string?[] parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part ?? "");
            System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(length, part is null ? -1 : bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }
        return Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant();
    }
}
