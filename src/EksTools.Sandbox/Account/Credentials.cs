using System.Security.Cryptography;
using EksTools.Sandbox.Iam.Policies;

namespace EksTools.Sandbox.Account;

/// <summary>An identity that calls.</summary>
/// <param name="Arn">What GetCallerIdentity answers.</param>
/// <param name="IamArn">The IAM user or role behind it, with its path.</param>
internal sealed record Principal(string Arn, string UserId, string IamArn)
{
    /// <summary>Whoever sends an unsigned request.</summary>
    public static Principal Unsigned { get; } = new("anonymous", "", "");

    /// <summary>The tags of the session.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>The policies that its session was narrowed to; none when it was not.</summary>
    public IReadOnlyList<PolicyDocument> SessionPolicies { get; init; } = [];
}

/// <summary>A key pair, with a session token and an end when it is temporary.</summary>
internal sealed record AccessKey(string Id, string Secret, string? SessionToken, DateTimeOffset? Expires, Principal Principal);

/// <summary>The key pairs that the account knows.</summary>
internal sealed class Credentials
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, AccessKey> _keys = new();

    /// <summary>A key pair by its id, or null.</summary>
    public AccessKey? Find(string id) => _keys.GetValueOrDefault(id);

    /// <summary>Lets a key pair in.</summary>
    public AccessKey Add(AccessKey key) => _keys[key.Id] = key;

    /// <summary>Makes and lets in a key pair of a user.</summary>
    public AccessKey AddPermanent(Principal principal) => Add(new AccessKey(NewId("AKIA"), NewSecret(40), null, null, principal));

    /// <summary>Makes and lets in temporary credentials.</summary>
    public AccessKey AddTemporary(Principal principal, DateTimeOffset expires) => Add(new AccessKey(NewId("ASIA"), NewSecret(40), "IQoJb3JpZ2luX2Vj" + NewSecret(340), expires, principal));

    /// <summary>Shuts a key pair out.</summary>
    public void Remove(string id) => _keys.TryRemove(id, out _);

    /// <summary>Shuts the sessions of a role out, as IAM does when the role goes.</summary>
    public void RemoveSessionsOf(string roleArn)
    {
        foreach (var key in _keys.Values.Where(key => key.SessionToken is not null && key.Principal.IamArn == roleArn))
        {
            Remove(key.Id);
        }
    }

    /// <summary>Shuts all out but one.</summary>
    public void RemoveAllBut(AccessKey kept)
    {
        foreach (var id in _keys.Keys.Where(id => id != kept.Id))
        {
            Remove(id);
        }
    }

    /// <summary>An IAM unique id such as <c>AROA…</c>.</summary>
    public static string NewId(string prefix) => prefix + RandomNumberGenerator.GetString(Alphabet, 16);

    private static string NewSecret(int length) => RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", length);
}
