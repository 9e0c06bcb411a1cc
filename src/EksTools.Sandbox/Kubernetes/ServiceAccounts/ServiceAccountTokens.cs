using System.Globalization;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Authentication;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving;
using EksTools.Sandbox.Kubernetes.Store;
using Microsoft.IdentityModel.JsonWebTokens;

namespace EksTools.Sandbox.Kubernetes.ServiceAccounts;

/// <summary>
/// Makes tokens of service accounts (TokenRequest) and takes them back, by the rules of kube-apiserver: registry/core/serviceaccount/storage/token.go
/// for the request, pkg/serviceaccount/claims.go for what is in the token and when it is no longer good.
/// </summary>
internal sealed class ServiceAccountTokens(TokenIssuer issuer, ObjectStore store)
{
    private const string Private = "kubernetes.io";
    private const long DefaultExpiration = 3600, ShortestExpiration = 600, LongestExpiration = 1L << 32;

    // What kubelets ask for the volume that every pod has: clients of old did not read the file again, so these tokens live on and warn instead.
    private const long VolumeExpiration = 3607, ExtendedExpiration = 365 * 24 * 3600;

    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(60);

    /// <summary>The kind of what is asked; it is no resource of its own.</summary>
    public static readonly ResourceType TokenRequests = new("authentication.k8s.io", "v1", "tokenrequests", "TokenRequest", true);

    /// <summary>Who signs.</summary>
    public TokenIssuer Issuer => issuer;

    /// <summary>Answers a TokenRequest.</summary>
    /// <exception cref="StatusException">404 without the account or the object, 400 and 422 for a request that cannot be, 409 for another object of the name.</exception>
    public JsonObject Issue(string ns, string name, JsonObject request) => store.Atomically(() =>
    {
        if (request.Text("metadata", "name") is { Length: > 0 } given && given != name)
        {
            throw StatusException.BadRequest($"the name of the provided object does not match the name sent on the request");
        }

        var expiration = request.Number("spec", "expirationSeconds") ?? DefaultExpiration;
        if (expiration is < ShortestExpiration or > LongestExpiration)
        {
            throw StatusException.Invalid(TokenRequests, "", FieldFault.Invalid("spec.expirationSeconds", expiration.ToString(CultureInfo.InvariantCulture),
                expiration < ShortestExpiration ? "may not specify a duration less than 10 minutes" : "may not specify a duration larger than 2^32 seconds"));
        }

        var account = store.Find(ResourceCatalog.ServiceAccounts, ns, name) ?? throw StatusException.NotFound(ResourceCatalog.ServiceAccounts, name);
        var audiences = request.Texts("spec", "audiences") is { Count: > 0 } asked ? asked : [TokenIssuer.ApiAudience];
        var bound = Bound(ns, name, request);
        var now = store.Time.GetUtcNow().ToUnixTimeSeconds();
        var extends = expiration == VolumeExpiration && bound?.Kind == "pod" && audiences is [var only] && only == TokenIssuer.ApiAudience;
        var token = issuer.Sign(new JsonObject
        {
            ["aud"] = audiences.ToJson(),
            ["exp"] = now + (extends ? ExtendedExpiration : expiration),
            ["iat"] = now,
            ["iss"] = issuer.Url,
            ["jti"] = Guid.NewGuid().ToString(),
            [Private] = PrivateClaims(ns, account, bound, extends ? now + expiration : null),
            ["nbf"] = now,
            ["sub"] = $"system:serviceaccount:{ns}:{name}",
        });
        var spec = new JsonObject { ["audiences"] = audiences.ToJson(), ["expirationSeconds"] = expiration, ["boundObjectRef"] = request.At("spec", "boundObjectRef")?.DeepClone() };
        return new JsonObject
        {
            ["kind"] = TokenRequests.Kind,
            ["apiVersion"] = TokenRequests.ApiVersion,
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns, ["creationTimestamp"] = store.Timestamp },
            ["spec"] = spec,
            ["status"] = new JsonObject { ["token"] = token, ["expirationTimestamp"] = DateTimeOffset.FromUnixTimeSeconds(now + expiration).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) },
        };
    });

    /// <summary>Whether the token says that it is of this issuer; who it names is another question.</summary>
    public bool Claims(string token) => TokenIssuer.Read(token)?.Issuer == issuer.Url;

    /// <summary>The service account that a token names.</summary>
    /// <param name="audiences">Whom the token must be for, one of them at least; null for the API server itself.</param>
    /// <exception cref="TokenRefusedException">The token is not this cluster's, not for the audience, not good yet or any more, or what it is bound to is gone.</exception>
    public KubernetesUser Authenticate(string token, IReadOnlyList<string>? audiences)
    {
        var read = TokenIssuer.Read(token);
        Require(read is not null && issuer.HasSigned(read), "invalid bearer token");
        var now = store.Time.GetUtcNow();
        Require(read!.ValidTo.ToUniversalTime() > now.UtcDateTime && read.ValidFrom.ToUniversalTime() <= now.UtcDateTime, "service account token has expired or is not valid yet");
        var wanted = audiences is { Count: > 0 } ? audiences : [TokenIssuer.ApiAudience];
        Require(read.Audiences.Intersect(wanted).Any(), $"token audiences [\"{string.Join("\" \"", read.Audiences)}\"] is invalid for the target audiences [\"{string.Join("\" \"", wanted)}\"]");
        var claims = TokenIssuer.Claim(read, Private) as JsonObject ?? [];
        var (ns, name) = (claims.Text("namespace") ?? "", claims.Text("serviceaccount", "name") ?? "");
        Require(read.Subject == $"system:serviceaccount:{ns}:{name}", "Token: invalid subject");
        Demand(ResourceCatalog.ServiceAccounts, ns, claims["serviceaccount"], now);
        Demand(ResourceCatalog.Secrets, ns, claims["secret"], now);
        Demand(ResourceCatalog.Pods, ns, claims["pod"], now);
        return new($"system:serviceaccount:{ns}:{name}", claims.Text("serviceaccount", "uid") ?? "", ["system:serviceaccounts", $"system:serviceaccounts:{ns}", "system:authenticated"], Extra(read, claims), []) { Audiences = [.. read.Audiences.Intersect(wanted)] };
    }

    private static IReadOnlyDictionary<string, IReadOnlyList<string>> Extra(JsonWebToken token, JsonObject claims)
    {
        var extra = new Dictionary<string, IReadOnlyList<string>> { ["authentication.kubernetes.io/credential-id"] = [$"JTI={token.Id}"] };
        foreach (var kind in (ReadOnlySpan<string>)["pod", "node"])
        {
            foreach (var field in (ReadOnlySpan<string>)["name", "uid"])
            {
                if (claims.Text(kind, field) is { } value)
                {
                    extra[$"authentication.kubernetes.io/{kind}-{field}"] = [value];
                }
            }
        }

        return extra;
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new TokenRefusedException(message);
        }
    }

    /// <summary>Refuses a token whose object is gone, was made anew, or has been going for a minute.</summary>
    private void Demand(ResourceType type, string ns, JsonNode? claim, DateTimeOffset now)
    {
        if (claim is null)
        {
            Require(type != ResourceCatalog.ServiceAccounts, "service account token names no service account");
            return;
        }

        var obj = store.Find(type, ns, claim.Text("name") ?? "");
        Require(obj is not null && obj.Uid() == claim.Text("uid"), $"{type.Kind} ({ns}/{claim.Text("name")}) of the service account token has been deleted");
        Require(obj.Text("metadata", "deletionTimestamp") is not { } going || DateTimeOffset.Parse(going, CultureInfo.InvariantCulture) + Leeway >= now, $"{type.Kind} ({ns}/{claim.Text("name")}) of the service account token is being deleted");
    }

    private (string Kind, JsonObject Object)? Bound(string ns, string name, JsonObject request)
    {
        if (request.Object("spec", "boundObjectRef") is not { } reference)
        {
            return null;
        }

        var type = (reference.Text("apiVersion"), reference.Text("kind")) switch
        {
            ("v1", "Pod") => ResourceCatalog.Pods,
            ("v1", "Secret") => ResourceCatalog.Secrets,
            ("v1", "Node") => ResourceCatalog.Nodes,
            var (version, kind) => throw StatusException.BadRequest($"cannot bind token to object of type {version}, Kind={kind}"),
        };
        var obj = store.Find(type, type.Namespaced ? ns : null, reference.Text("name") ?? "") ?? throw StatusException.NotFound(type, reference.Text("name") ?? "");
        if (reference.Text("uid") is { Length: > 0 } uid && uid != obj.Uid())
        {
            throw StatusException.Conflict(type, obj.Name(), $"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been deleted and then recreated");
        }

        return type == ResourceCatalog.Pods && (obj.Text("spec", "serviceAccountName") ?? "default") != name
            ? throw StatusException.BadRequest($"cannot bind token for serviceaccount \"{name}\" to pod running with different serviceaccount name.")
            : (type.Singular, obj);
    }

    private JsonObject PrivateClaims(string ns, JsonObject account, (string Kind, JsonObject Object)? bound, long? warnAfter)
    {
        static JsonObject Reference(JsonObject obj) => new() { ["name"] = obj.Name(), ["uid"] = obj.Uid() };
        var claims = new JsonObject { ["namespace"] = ns };
        if (bound is { } there)
        {
            if (there.Object.Text("spec", "nodeName") is { Length: > 0 } node && store.Find(ResourceCatalog.Nodes, null, node) is { } host)
            {
                claims["node"] = Reference(host);
            }

            claims[there.Kind] = Reference(there.Object);
        }

        claims["serviceaccount"] = Reference(account);
        if (warnAfter is { } moment)
        {
            claims["warnafter"] = moment;
        }

        return claims;
    }
}
