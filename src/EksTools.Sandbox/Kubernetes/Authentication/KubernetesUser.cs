namespace EksTools.Sandbox.Kubernetes.Authentication;

/// <summary>Who makes a request, as the API server sees it.</summary>
/// <param name="Policies">The access policies of the principal's access entry; they authorise beside RBAC.</param>
internal sealed record KubernetesUser(
    string Username,
    string Uid,
    IReadOnlyList<string> Groups,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Extra,
    IReadOnlyList<AccessPolicyAssociation> Policies)
{
    /// <summary>For which of the asked audiences the token is; empty for tokens that know none.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>Whoever sends no token.</summary>
    public static readonly KubernetesUser Anonymous = new("system:anonymous", "", ["system:unauthenticated"], new Dictionary<string, IReadOnlyList<string>>(), []);
}

/// <summary>The principal behind a token, as STS named it.</summary>
/// <param name="Arn">As STS answered.</param>
/// <param name="CanonicalArn">The IAM ARN that mappings name.</param>
/// <param name="UserId">The unique id, the session's part cut off.</param>
/// <param name="SessionName">The session of an assumed role; empty otherwise.</param>
internal sealed record VerifiedIdentity(string Account, string Arn, string CanonicalArn, string UserId, string SessionName, string AccessKeyId);

/// <summary>Why a token was refused. Clients see only 401; the words are for the sandbox's own log.</summary>
internal sealed class TokenRefusedException(string message) : Exception(message);
