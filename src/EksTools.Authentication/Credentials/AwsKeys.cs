using System.Text;

namespace EksTools.Authentication;

/// <summary>AWS keys at one moment.</summary>
/// <param name="AccessKey">The access key id; not secret.</param>
/// <param name="SecretKey">The secret access key.</param>
/// <param name="SessionToken">The session token of temporary keys, or null.</param>
/// <param name="Expiration">When temporary keys end, or null where they do not or it is not known.</param>
public sealed record AwsKeys(string AccessKey, string SecretKey, string? SessionToken = null, DateTimeOffset? Expiration = null)
{
    // Records print every member; a key in a log is an incident.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("AccessKey = ").Append(AccessKey).Append(", Expiration = ").Append(Expiration?.ToString("u"));
        return true;
    }
}
