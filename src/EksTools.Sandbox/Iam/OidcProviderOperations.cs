using System.Xml.Linq;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Iam.IamService;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Iam;

/// <summary>OpenID Connect providers.</summary>
internal static class OidcProviderOperations
{
    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateOpenIDConnectProvider"] = Create,
        ["GetOpenIDConnectProvider"] = call => Write(Named(call)),
        ["ListOpenIDConnectProviders"] = call => [Members("OpenIDConnectProviderList", call.Account.Iam.OidcProviders.Keys.Select(arn => new[] { X("Arn", arn) }))],
        ["DeleteOpenIDConnectProvider"] = call =>
        {
            call.Account.Iam.OidcProviders.Remove(Named(call).Arn);
            return [];
        },
        ["UpdateOpenIDConnectProviderThumbprint"] = call =>
        {
            Named(call).Thumbprints = ReadThumbprints(call);
            return [];
        },
        ["AddClientIDToOpenIDConnectProvider"] = call =>
        {
            var (provider, id) = (Named(call), RequireMember(call, "ClientID"));
            if (!provider.ClientIds.Contains(id))
            {
                provider.ClientIds.Add(id);
            }

            return [];
        },
        ["RemoveClientIDFromOpenIDConnectProvider"] = call =>
        {
            Named(call).ClientIds.Remove(RequireMember(call, "ClientID"));
            return [];
        },
        ["TagOpenIDConnectProvider"] = call => Tag(call, Named(call).Tags),
        ["UntagOpenIDConnectProvider"] = call => Untag(call, Named(call).Tags),
        ["ListOpenIDConnectProviderTags"] = call => Page(call, "Tags", Named(call).Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal), WriteTag),
    };

    private static OidcProvider Named(AwsCall call) => RequireMember(call, "OpenIDConnectProviderArn") is var arn && call.Account.Iam.OidcProviders.TryGetValue(arn, out var provider) ? provider
        : throw IamState.NoSuchEntity($"OpenIDConnect Provider not found for arn {arn}");

    private static IEnumerable<XElement?> Create(AwsCall call)
    {
        var url = RequireMember(call, "Url");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme != Uri.UriSchemeHttps || parsed.Query.Length > 0)
        {
            throw new AwsException("InvalidInput", "Invalid Open ID Connect Provider URL");
        }

        var bare = url["https://".Length..].TrimEnd('/');
        var provider = new OidcProvider(call.Account.Arn("iam", "", $"oidc-provider/{bare}"), bare, call.Now)
        {
            ClientIds = [.. call.Parameters.Strings("ClientIDList")],
            Thumbprints = ReadThumbprints(call),
            Tags = ReadTags(call),
        };
        return call.Account.Iam.OidcProviders.TryAdd(provider.Arn, provider) ? [X("OpenIDConnectProviderArn", provider.Arn), TagsOf(provider.Tags)]
            : throw IamState.AlreadyExists($"Provider with url {url} already exists.");
    }

    private static List<string> ReadThumbprints(AwsCall call)
    {
        var thumbprints = call.Parameters.Strings("ThumbprintList");
        return thumbprints.Count <= 5 && thumbprints.All(print => print.Length == 40 && print.All(char.IsAsciiHexDigit)) ? [.. thumbprints]
            : throw new AwsException("InvalidInput", "Thumbprints must be 40 hexadecimal digits each, five at most.");
    }

    private static IEnumerable<XElement?> Write(OidcProvider provider) =>
    [
        X("Url", provider.Url), MemberValues("ClientIDList", provider.ClientIds), MemberValues("ThumbprintList", provider.Thumbprints), X("CreateDate", provider.Created), TagsOf(provider.Tags),
    ];
}
