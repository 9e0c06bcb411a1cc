using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.ServiceAccounts;

namespace EksTools.Sandbox.Kubernetes.Authentication;

/// <summary>Says who a request's bearer token is. STS is asked once in ten seconds for one token; the mapping is looked up each time.</summary>
/// <param name="awsAuth">Reads <c>kube-system/aws-auth</c>; null where there is none.</param>
/// <param name="serviceAccounts">Tokens of service accounts; null where a real kube-apiserver looks at those itself and asks here about the others.</param>
internal sealed class Authenticator(KubernetesApiOptions options, Func<JsonObject?> awsAuth, ServiceAccountTokens? serviceAccounts = null)
{
    private const int MaxRefusals = 100;

    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(10);

    private readonly TokenVerifier _verifier = new(options);
    private readonly IdentityMapper _mapper = new(options.Identity, awsAuth);
    private readonly ConcurrentDictionary<string, (DateTimeOffset Until, VerifiedIdentity Identity)> _verified = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _refusals = [];

    /// <summary>Why the last tokens were refused, oldest first.</summary>
    public IReadOnlyList<string> Refusals => [.. _refusals];

    /// <summary>The access policies of a principal, by the ARN that mappings name and its unique id.</summary>
    public IReadOnlyList<AccessPolicyAssociation> FindPolicies(string canonicalArn, string userId) => _mapper.FindPolicies(canonicalArn, userId);

    /// <summary>The user, or null when the token is refused.</summary>
    /// <param name="audiences">Whom a service account's token must be for; null for the API server.</param>
    public async Task<KubernetesUser?> AuthenticateAsync(string? token, CancellationToken cancellationToken, IReadOnlyList<string>? audiences = null)
    {
        if (token is null)
        {
            return KubernetesUser.Anonymous;
        }

        try
        {
            return serviceAccounts?.Claims(token) == true ? serviceAccounts.Authenticate(token, audiences) : _mapper.Map(await IdentifyAsync(token, cancellationToken).ConfigureAwait(false));
        }
        catch (TokenRefusedException refused)
        {
            _refusals.Enqueue(refused.Message);
            while (_refusals.Count > MaxRefusals)
            {
                _refusals.TryDequeue(out _);
            }

            return null;
        }
    }

    private async Task<VerifiedIdentity> IdentifyAsync(string token, CancellationToken cancellationToken)
    {
        var now = options.Time.GetUtcNow();
        if (_verified.TryGetValue(token, out var known) && now < known.Until)
        {
            return known.Identity;
        }

        var identity = await _verifier.VerifyAsync(token, cancellationToken).ConfigureAwait(false);
        foreach (var old in _verified.Where(v => v.Value.Until <= now))
        {
            _verified.TryRemove(old);
        }

        _verified[token] = (now + Remembered, identity);
        return identity;
    }
}
