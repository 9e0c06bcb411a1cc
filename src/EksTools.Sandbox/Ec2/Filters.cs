using System.Text.RegularExpressions;
using System.Xml.Linq;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>How a kind of resource is described: how its ids are called and missed.</summary>
/// <param name="IdParameter">The list of ids in requests.</param>
/// <param name="List">The list in answers.</param>
/// <param name="Missing">The error's code without <c>.NotFound</c>, such as <c>InvalidVpcID</c>; NAT gateways have a code of their own.</param>
/// <param name="Noun">The error's noun, such as <c>vpc ID</c>.</param>
internal sealed record Kind(string IdParameter, string List, string Missing, string Noun, string Prefix)
{
    /// <summary>The error for an id that is not there.</summary>
    public AwsException NotFound(string id) => !id.StartsWith(Prefix + "-", StringComparison.Ordinal)
        ? new AwsException(Missing.Contains("NotFound", StringComparison.Ordinal) ? Missing.Replace("NotFound", "Malformed", StringComparison.Ordinal) : $"{Missing}.Malformed", $"Invalid id: \"{id}\" (expecting \"{Prefix}-...\")")
        : new AwsException(Missing.Contains("NotFound", StringComparison.Ordinal) ? Missing : $"{Missing}.NotFound", $"The {Noun} '{id}' does not exist");
}

/// <summary>Describes: ids, filters, pages.</summary>
internal static class Filters
{
    /// <summary>Answers with the resources that the request's ids and filters choose, a page at a time.</summary>
    public static IEnumerable<XElement?> Describe<T>(AwsCall call, Kind kind, IEnumerable<T> all, Func<T, XElement?[]> write)
        where T : Ec2Resource
    {
        var resources = all.Where(resource => resource.Created <= call.VisibleUntil).ToList();
        var ids = call.Parameters.Strings(kind.IdParameter);
        foreach (var id in ids)
        {
            if (resources.All(resource => resource.Id != id))
            {
                throw kind.NotFound(id);
            }
        }

        var filters = Read(call);
        var chosen = resources.Where(resource => (ids.Count == 0 || ids.Contains(resource.Id)) && filters.All(filter => resource.Passes(filter.Name, filter.Values)));
        return Page(call, kind.List, chosen, write);
    }

    /// <summary>The filters of the request.</summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<string> Values)> Read(AwsCall call) =>
        [.. call.Parameters.List("Filter").Select(filter => (filter.Get("Name") ?? throw new AwsException("MissingParameter", "The request must contain the parameter Filter.Name"), filter.Strings("Value")))];

    /// <summary>One page of a list.</summary>
    public static IEnumerable<XElement?> Page<T>(AwsCall call, string list, IEnumerable<T> items, Func<T, XElement?[]> write)
    {
        var size = call.Parameters.Number("MaxResults") ?? int.MaxValue;
        if (size < 5)
        {
            throw new AwsException("InvalidParameterValue", $"Value ( {size} ) for parameter maxResults is invalid. Expecting a value greater than or equal to 5.");
        }

        var start = 0;
        if (call.Parameters.Get("NextToken") is { Length: > 0 } token && !int.TryParse(token, out start))
        {
            throw new AwsException("InvalidNextToken", "The token provided is invalid");
        }

        var all = items.ToList();
        return [Items(list, all.Skip(start).Take(size).Select(write)), all.Count - start > size ? X("nextToken", start + size) : null];
    }

    /// <summary>Compares with EC2's wildcards.</summary>
    public static bool Like(string pattern, string value) => pattern.AsSpan().ContainsAny('*', '?')
        ? Regex.IsMatch(value, "^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal) + "$", RegexOptions.Singleline)
        : pattern == value;
}
