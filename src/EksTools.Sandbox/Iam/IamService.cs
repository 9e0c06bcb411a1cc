using System.Xml.Linq;
using EksTools.Sandbox.Iam.Policies;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Iam;

/// <summary>IAM's operations.</summary>
internal static class IamService
{
    /// <summary>What may give pods and nodes their permissions, or take them.</summary>
    private static readonly HashSet<string> Permissions =
    [
        "AttachRolePolicy", "DetachRolePolicy", "PutRolePolicy", "DeleteRolePolicy", "DeleteRole", "UpdateAssumeRolePolicy", "CreateOpenIDConnectProvider", "DeleteOpenIDConnectProvider",
    ];

    /// <summary>By name.</summary>
    public static IReadOnlyDictionary<string, QueryOperation> Operations { get; } =
        new[] { RoleOperations.All, RolePolicyOperations.All, PolicyOperations.All, OidcProviderOperations.All, InstanceProfileOperations.All, UserOperations.All }
            .SelectMany(part => part).ToDictionary(pair => pair.Key, pair => Permissions.Contains(pair.Key) ? AndTell(pair.Value) : pair.Value);

    /// <summary>Answers with a page: the list, IsTruncated and Marker. The marker is the place of the next item.</summary>
    public static IEnumerable<XElement?> Page<T>(AwsCall call, string list, IEnumerable<T> items, Func<T, XElement?[]> write) =>
        Page(call, items, page => Members(list, page.Select(write)));

    /// <summary>A page of scalars.</summary>
    public static IEnumerable<XElement?> Page(AwsCall call, string list, IEnumerable<string> items) => Page(call, items, page => MemberValues(list, page));

    /// <summary>Tags, for answers that carry them.</summary>
    public static XElement? TagsOf(IReadOnlyDictionary<string, string> tags) => tags.Count == 0 ? null : Members("Tags", tags.Select(WriteTag));

    /// <summary>One tag.</summary>
    public static XElement?[] WriteTag(KeyValuePair<string, string> tag) => [X("Key", tag.Key), X("Value", tag.Value)];

    /// <summary>The tags of a request, within IAM's limits.</summary>
    public static Dictionary<string, string> ReadTags(AwsCall call)
    {
        var tags = call.Parameters.Tags("Tags").ToDictionary();
        foreach (var (key, value) in tags)
        {
            if (key.Length is 0 or > 128 || value.Length > 256 || key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            {
                throw new AwsException("InvalidInput", $"The tag key '{key}' must have 1 to 128 characters, not start with aws:, and its value at most 256.");
            }
        }

        return tags.Count > 50 ? throw new AwsException("LimitExceeded", "Cannot exceed quota for TagsPerResource: 50", 409) : tags;
    }

    /// <summary>Merges or removes tags.</summary>
    public static IEnumerable<XElement?> Tag(AwsCall call, Dictionary<string, string> tags)
    {
        foreach (var (key, value) in ReadTags(call))
        {
            tags[key] = value;
        }

        return [];
    }

    /// <summary>Removes tags.</summary>
    public static IEnumerable<XElement?> Untag(AwsCall call, Dictionary<string, string> tags)
    {
        foreach (var key in call.Parameters.Strings("TagKeys"))
        {
            tags.Remove(key);
        }

        return [];
    }

    /// <summary>A name that IAM takes.</summary>
    public static string ReadName(AwsCall call, string parameter, int longest)
    {
        var name = RequireMember(call, parameter);
        return name.Length <= longest && name.All(letter => char.IsAsciiLetterOrDigit(letter) || "_+=,.@-".Contains(letter, StringComparison.Ordinal)) ? name
            : throw new AwsException("ValidationError", $"The specified value for {char.ToLowerInvariant(parameter[0])}{parameter[1..]} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_- and have at most {longest} characters.");
    }

    /// <summary>A required member, in IAM's words.</summary>
    public static string RequireMember(AwsCall call, string parameter) => call.Parameters.Get(parameter) is { Length: > 0 } value ? value
        : throw new AwsException("ValidationError", $"1 validation error detected: Value null at '{char.ToLowerInvariant(parameter[0])}{parameter[1..]}' failed to satisfy constraint: Member must not be null");

    /// <summary>The text of a policy document that IAM takes.</summary>
    public static string ReadPolicy(AwsCall call, string parameter, bool trust = false)
    {
        var document = RequireMember(call, parameter);
        _ = PolicyReader.Read(document, trust);
        return document;
    }

    /// <summary>A path, <c>/</c> by default.</summary>
    public static string ReadPath(AwsCall call)
    {
        var path = call.Parameters.Get("Path") ?? "/";
        return path == "/" || (path.StartsWith('/') && path.EndsWith('/') && path.Length <= 512) ? path
            : throw new AwsException("ValidationError", "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.");
    }

    /// <summary>The operation, after which the clusters see what has become of their nodes' network.</summary>
    private static QueryOperation AndTell(QueryOperation operation) => call =>
    {
        XElement?[] answer = [.. operation(call)];
        foreach (var cluster in call.Account.EksRegions.SelectMany(region => region.Clusters.Values).ToList())
        {
            cluster.Workloads.Reconcile();
        }

        return answer;
    };

    private static IEnumerable<XElement?> Page<T>(AwsCall call, IEnumerable<T> items, Func<IEnumerable<T>, XElement> write)
    {
        var size = call.Parameters.Number("MaxItems") ?? 100;
        if (size is < 1 or > 1000)
        {
            throw new AwsException("ValidationError", $"1 validation error detected: Value '{size}' at 'maxItems' failed to satisfy constraint: Member must have value between 1 and 1000");
        }

        var start = 0;
        if (call.Parameters.Get("Marker") is { } marker && !int.TryParse(marker, out start))
        {
            throw new AwsException("ValidationError", "Invalid Marker.");
        }

        var all = items.ToList();
        var truncated = all.Count > start + size;
        return [write(all.Skip(start).Take(size)), X("IsTruncated", truncated), truncated ? X("Marker", start + size) : null];
    }
}
