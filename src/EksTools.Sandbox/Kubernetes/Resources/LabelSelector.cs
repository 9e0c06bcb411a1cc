using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Serving;

namespace EksTools.Sandbox.Kubernetes.Resources;

/// <summary>A selection of objects by label, from a query's text or from a selector in an object.</summary>
internal sealed class LabelSelector
{
    private readonly List<(string Key, string Operator, IReadOnlyList<string> Values)> _requirements = [];

    /// <summary>Reads <c>matchLabels</c> and <c>matchExpressions</c>. Both empty selects everything.</summary>
    public LabelSelector(JsonObject selector)
    {
        foreach (var (key, value) in selector.Object("matchLabels") ?? [])
        {
            _requirements.Add((key, "In", [value.Text() ?? ""]));
        }

        foreach (var expression in selector.Objects("matchExpressions"))
        {
            _requirements.Add((expression.Text("key") ?? "", expression.Text("operator") ?? "", expression.Texts("values")));
        }
    }

    /// <summary>Reads the query form: <c>a=b,c!=d,e in (f,g),h notin (i),j,!k</c>.</summary>
    public LabelSelector(string? query)
    {
        foreach (var part in Split(query ?? ""))
        {
            _requirements.Add(Read(part, query!));
        }
    }

    public bool Matches(JsonObject? labels) => _requirements.TrueForAll(r => Matches(labels.Text(r.Key), r.Operator, r.Values));

    private static bool Matches(string? value, string op, IReadOnlyList<string> values) => op switch
    {
        "In" => value is not null && values.Contains(value),
        "NotIn" => value is null || !values.Contains(value),
        "Exists" => value is not null,
        "DoesNotExist" => value is null,
        "Gt" => long.TryParse(value, out var v) && v > long.Parse(values[0], System.Globalization.CultureInfo.InvariantCulture),
        "Lt" => long.TryParse(value, out var v) && v < long.Parse(values[0], System.Globalization.CultureInfo.InvariantCulture),
        _ => false,
    };

    private static IEnumerable<string> Split(string query)
    {
        var start = 0;
        var depth = 0;
        for (var i = 0; i <= query.Length; i++)
        {
            if (i == query.Length || (query[i] == ',' && depth == 0))
            {
                if (query[start..i].Trim() is { Length: > 0 } part)
                {
                    yield return part;
                }

                start = i + 1;
            }
            else
            {
                depth += query[i] switch { '(' => 1, ')' => -1, _ => 0 };
            }
        }
    }

    private static (string, string, IReadOnlyList<string>) Read(string part, string query)
    {
        if (part.IndexOf('(', StringComparison.Ordinal) is > 0 and var open)
        {
            var words = part[..open].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var values = part[(open + 1)..].TrimEnd(')', ' ').Split(',', StringSplitOptions.TrimEntries);
            return words switch
            {
                [var key, "in"] => (key, "In", values),
                [var key, "notin"] => (key, "NotIn", values),
                _ => throw StatusException.BadRequest($"unable to parse requirement: found '{part}', expected: in, notin, =, ==, !=, gt, lt in \"{query}\""),
            };
        }

        foreach (var (sign, op) in ((string, string)[])[("!=", "NotIn"), ("==", "In"), ("=", "In"), (">", "Gt"), ("<", "Lt")])
        {
            if (part.IndexOf(sign, StringComparison.Ordinal) is > 0 and var at)
            {
                return (part[..at].Trim(), op, [part[(at + sign.Length)..].Trim()]);
            }
        }

        return part.StartsWith('!') ? (part[1..].Trim(), "DoesNotExist", []) : (part, "Exists", []);
    }
}
