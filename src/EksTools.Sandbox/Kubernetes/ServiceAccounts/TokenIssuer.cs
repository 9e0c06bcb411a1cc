using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace EksTools.Sandbox.Kubernetes.ServiceAccounts;

/// <summary>One cluster's key for service account tokens, and the OpenID Connect documents by which others verify them.</summary>
internal sealed class TokenIssuer
{
    /// <summary>Whom tokens are for that ask for nobody: the API server, as EKS names it.</summary>
    public const string ApiAudience = "https://kubernetes.default.svc";

    private const string Algorithm = SecurityAlgorithms.RsaSha256;
    private static readonly JsonWebTokenHandler Handler = new();
    private readonly Lazy<RSA> _key = new(() => RSA.Create(2048));
    private readonly Lazy<RsaSecurityKey> _security;

    public TokenIssuer(string url)
    {
        Url = url;

        // kube-apiserver names a key by the digest of its public half: the same name comes out where a real one signs.
        _security = new(() => new RsaSecurityKey(_key.Value)
        {
            KeyId = Base64UrlEncoder.Encode(SHA256.HashData(_key.Value.ExportSubjectPublicKeyInfo())),
            CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
        });
    }

    /// <summary>The issuer, the claim <c>iss</c> of every token.</summary>
    public string Url { get; }

    /// <summary>The private key, PEM, for a real kube-apiserver.</summary>
    public string PrivateKey => _key.Value.ExportPkcs8PrivateKeyPem();

    /// <summary>The public key, PEM.</summary>
    public string PublicKey => _key.Value.ExportSubjectPublicKeyInfoPem();

    /// <summary>Signs claims.</summary>
    public string Sign(JsonObject claims) => Handler.CreateToken(claims.ToJsonString(JsonText.Compact), new SigningCredentials(_security.Value, Algorithm));

    /// <summary>Whether the token is signed by this key and names this issuer. Dates and audiences are not looked at.</summary>
    public bool HasSigned(JsonWebToken token) => token.Issuer == Url && Handler.ValidateTokenAsync(token, new TokenValidationParameters
    {
        IssuerSigningKey = _security.Value,
        ValidAlgorithms = [Algorithm],
        ValidIssuer = Url,
        ValidateAudience = false,
        ValidateLifetime = false,
    }).GetAwaiter().GetResult().IsValid;

    /// <summary>A token's parts, unverified; null for what is no JSON Web Token.</summary>
    public static JsonWebToken? Read(string token)
    {
        try
        {
            return Handler.CanReadToken(token) ? new JsonWebToken(token) : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The JSON Web Key Set.</summary>
    public JsonObject Keys()
    {
        var key = _key.Value.ExportParameters(includePrivateParameters: false);
        return new()
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["use"] = "sig", ["kty"] = "RSA", ["kid"] = _security.Value.KeyId, ["alg"] = Algorithm, ["n"] = Base64UrlEncoder.Encode(key.Modulus), ["e"] = Base64UrlEncoder.Encode(key.Exponent),
            }),
        };
    }

    /// <summary>The discovery document as kube-apiserver writes it.</summary>
    public JsonObject Discovery(string keysUri) => new()
    {
        ["issuer"] = Url,
        ["jwks_uri"] = keysUri,
        ["response_types_supported"] = new JsonArray("id_token"),
        ["subject_types_supported"] = new JsonArray("public"),
        ["id_token_signing_alg_values_supported"] = new JsonArray(Algorithm),
    };

    /// <summary>The discovery document as EKS's public issuer writes it.</summary>
    public JsonObject PublicDiscovery(string keysUri)
    {
        var document = Discovery(keysUri);
        document["authorization_endpoint"] = "urn:kubernetes:programmatic_authorization";
        document["claims_supported"] = new JsonArray("sub", "iss");
        return document;
    }

    /// <summary>A claim of the token as JSON; null when it has none.</summary>
    public static JsonNode? Claim(JsonWebToken token, string name) =>
        (JsonNode.Parse(Encoding.UTF8.GetString(Base64UrlEncoder.DecodeBytes(token.EncodedPayload))) as JsonObject)?[name];
}
