using System.Text.Json.Nodes;
using System.Xml.Linq;
using EksTools.Sandbox.Account;

namespace EksTools.Sandbox.Protocols;

/// <summary>One authenticated call of one operation.</summary>
internal sealed record AwsCall
{
    /// <summary>The account that is called.</summary>
    public required AwsAccount Account { get; init; }

    /// <summary>Who calls.</summary>
    public required Principal Caller { get; init; }

    /// <summary>The region of the credential scope.</summary>
    public required string Region { get; init; }

    /// <summary>The operation's name.</summary>
    public required string Operation { get; init; }

    /// <summary>Parameters of a query protocol.</summary>
    public QueryParameters Parameters { get; init; } = new();

    /// <summary>The body of a JSON protocol.</summary>
    public JsonObject Body { get; init; } = [];

    /// <summary>The members in the path, decoded, by name.</summary>
    public IReadOnlyDictionary<string, string> Path { get; init; } = new Dictionary<string, string>();

    /// <summary>The query's pairs of a REST protocol.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];

    /// <summary>What was created after this moment is hidden from reads (an injected stale read); otherwise the far future.</summary>
    public DateTimeOffset VisibleUntil { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>An injected capacity error that the operation acts out itself.</summary>
    public bool CapacityExhausted { get; init; }

    /// <summary>An injected failure of what the operation makes.</summary>
    public Failure? Failure { get; init; }

    /// <summary>The actions that the caller's policies were asked for so far.</summary>
    public HashSet<string> Actions { get; } = [];

    /// <summary>Now.</summary>
    public DateTimeOffset Now => Account.Now;

    /// <summary>A query parameter of a REST protocol.</summary>
    public string? QueryValue(string name) => Query.Where(pair => pair.Key == name).Select(pair => pair.Value).FirstOrDefault();
}

/// <summary>How something that AWS has taken on fails later.</summary>
/// <param name="Code">The code of its health issue.</param>
/// <param name="Message">What AWS says.</param>
internal sealed record Failure(string Code, string Message);

/// <summary>An operation of a query protocol: its result's elements.</summary>
internal delegate IEnumerable<XElement?> QueryOperation(AwsCall call);

/// <summary>An operation of a REST-JSON protocol: its result.</summary>
internal delegate JsonObject JsonOperation(AwsCall call);

/// <summary>A REST-JSON operation's place.</summary>
/// <param name="Template">The path with <c>{member}</c> segments.</param>
internal sealed record JsonRoute(string Name, string Method, string Template, JsonOperation Run)
{
    private readonly string[] _segments = Template.Trim('/').Split('/');

    /// <summary>The path's members when the request is this route's, else null.</summary>
    public IReadOnlyDictionary<string, string>? Match(string method, string rawPath)
    {
        var segments = rawPath.Trim('/').Split('/');
        if (method != Method || segments.Length != _segments.Length)
        {
            return null;
        }

        var members = new Dictionary<string, string>();
        foreach (var (template, actual) in _segments.Zip(segments))
        {
            if (template[0] == '{')
            {
                members[template[1..^1]] = Uri.UnescapeDataString(actual);
            }
            else if (template != actual)
            {
                return null;
            }
        }

        return members;
    }
}
