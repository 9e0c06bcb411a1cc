using System.Security;

namespace EksTools.Access;

/// <summary>A token for a cluster's API server.</summary>
public sealed class EksToken
{
    private EksToken(string clusterName, string region, object token, DateTimeOffset expiration)
    {
        ClusterName = clusterName;
        Region = region;
        Token = token;
        Expiration = expiration;
    }

    /// <summary>The cluster's name.</summary>
    public string ClusterName { get; }

    /// <summary>The cluster's region.</summary>
    public string Region { get; }

    /// <summary>The token: a SecureString, or a string when plain text was asked for.</summary>
    public object Token { get; }

    /// <summary>When to ask for a new token: 14 minutes after it was made, or when the credentials behind it end.</summary>
    public DateTimeOffset Expiration { get; }

    internal static EksToken Create(string clusterName, IssuedToken issued, bool asPlainText) =>
        new(clusterName, issued.Region, asPlainText ? issued.Token : Secure(issued.Token), issued.Expiration);

    /// <summary>Names the cluster alone: the token never reaches a message.</summary>
    public override string ToString() => $"Token for {ClusterName} in {Region}";

    private static SecureString Secure(string text)
    {
        SecureString secure = new();
        foreach (char c in text)
        {
            secure.AppendChar(c);
        }

        secure.MakeReadOnly();
        return secure;
    }
}
