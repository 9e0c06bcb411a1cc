using System.Globalization;

namespace EksTools.Sandbox.Protocols;

/// <summary>The parameters of a query request as the tree that their dotted names describe.</summary>
internal sealed class QueryParameters
{
    private readonly Dictionary<string, QueryParameters> _children = new(StringComparer.Ordinal);
    private string? _value;

    /// <summary>Builds the tree from the form's pairs.</summary>
    public static QueryParameters Parse(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var root = new QueryParameters();
        foreach (var (name, value) in pairs)
        {
            var node = root;
            foreach (var part in name.Split('.'))
            {
                if (!node._children.TryGetValue(part, out var child))
                {
                    node._children[part] = child = new QueryParameters();
                }

                node = child;
            }

            node._value = value;
        }

        return root;
    }

    /// <summary>This node's own scalar.</summary>
    public string? Value => _value;

    /// <summary>The members that were sent.</summary>
    public IEnumerable<string> Names => _children.Keys;

    /// <summary>A scalar or null.</summary>
    public string? Get(string name) => _children.GetValueOrDefault(name)?._value;

    /// <summary>A scalar that the operation requires; EC2 and IAM word its absence alike enough.</summary>
    public string Require(string name) => Get(name) is { Length: > 0 } value ? value
        : throw new AwsException("MissingParameter", $"The request must contain the parameter {name}");

    /// <summary>A structure; empty when absent.</summary>
    public QueryParameters Structure(string name) => _children.GetValueOrDefault(name) ?? new QueryParameters();

    /// <summary>Whether anything was sent under the name.</summary>
    public bool Has(string name) => _children.ContainsKey(name);

    /// <summary>A list's members in order; <c>member</c> levels are passed over.</summary>
    public IReadOnlyList<QueryParameters> List(string name)
    {
        if (!_children.TryGetValue(name, out var node))
        {
            return [];
        }

        var members = node._children.TryGetValue("member", out var inner) ? inner : node;
        return
        [
            .. members._children
                .Select(pair => (Order: int.TryParse(pair.Key, CultureInfo.InvariantCulture, out var number) ? number : -1, pair.Value))
                .Where(pair => pair.Order >= 0).OrderBy(pair => pair.Order).Select(pair => pair.Value),
        ];
    }

    /// <summary>A list of scalars.</summary>
    public IReadOnlyList<string> Strings(string name) => [.. List(name).Select(item => item._value ?? "")];

    /// <summary>A flag or null.</summary>
    public bool? Flag(string name) => Get(name) is { } text ? text.Equals("true", StringComparison.OrdinalIgnoreCase) : null;

    /// <summary>A number or null.</summary>
    public int? Number(string name) => Get(name) is not { Length: > 0 } text ? null
        : int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number
        : throw new AwsException("InvalidParameterValue", $"Invalid value '{text}' for {name}. Must be a number.");

    /// <summary>Key and Value pairs of a list of tags.</summary>
    public IReadOnlyDictionary<string, string> Tags(string name) =>
        List(name).GroupBy(tag => tag.Get("Key") ?? "").ToDictionary(group => group.Key, group => group.Last().Get("Value") ?? "");

    /// <summary>Every scalar with its full name, but those named: what a client token stands for.</summary>
    public string Fingerprint(params string[] without) =>
        string.Join('&', Flatten("").Where(pair => !without.Contains(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));

    private IEnumerable<KeyValuePair<string, string>> Flatten(string prefix) =>
        (_value is null ? [] : new[] { KeyValuePair.Create(prefix, _value) })
        .Concat(_children.SelectMany(pair => pair.Value.Flatten(prefix.Length == 0 ? pair.Key : $"{prefix}.{pair.Key}")));
}
