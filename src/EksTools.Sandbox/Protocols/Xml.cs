using System.Globalization;
using System.Xml.Linq;

namespace EksTools.Sandbox.Protocols;

/// <summary>The XML of the query protocols, written without namespaces; the answer's root gives them theirs.</summary>
internal static class Xml
{
    /// <summary>An element with a scalar, or null when there is no value.</summary>
    public static XElement? X(string name, object? value) => value switch
    {
        null => null,
        bool flag => new XElement(name, flag ? "true" : "false"),
        DateTimeOffset time => new XElement(name, time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
        IFormattable number => new XElement(name, number.ToString(null, CultureInfo.InvariantCulture)),
        string text => new XElement(name, text),
        XElement element => new XElement(name, element),
        IEnumerable<XElement?> elements => new XElement(name, elements),
        _ => throw new InvalidOperationException($"Element {name} cannot carry a {value.GetType().Name}."),
    };

    /// <summary>A structure.</summary>
    public static XElement X(string name, params XElement?[] content) => new(name, content);

    /// <summary>EC2's lists: <c>item</c> elements.</summary>
    public static XElement Items(string name, IEnumerable<XElement?[]> items) => new(name, items.Select(content => new XElement("item", content)));

    /// <summary>EC2's lists of scalars.</summary>
    public static XElement ItemValues(string name, IEnumerable<string> values) => new(name, values.Select(value => new XElement("item", value)));

    /// <summary>IAM's lists: <c>member</c> elements.</summary>
    public static XElement Members(string name, IEnumerable<XElement?[]> items) => new(name, items.Select(content => new XElement("member", content)));

    /// <summary>IAM's lists of scalars.</summary>
    public static XElement MemberValues(string name, IEnumerable<string> values) => new(name, values.Select(value => new XElement("member", value)));

    /// <summary>Puts an element and everything in it into a namespace.</summary>
    public static XElement InNamespace(this XElement root, XNamespace ns)
    {
        foreach (var element in root.DescendantsAndSelf())
        {
            element.Name = ns + element.Name.LocalName;
        }

        return root;
    }
}
