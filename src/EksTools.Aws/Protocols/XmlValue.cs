using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace EksTools.Aws.Protocols;

/// <summary>Reads values of AWS's XML, whatever its namespace.</summary>
internal static class XmlValue
{
    public static IEnumerable<XElement> Members(XElement element) => element.Elements();

    public static string Name(XElement member) => member.Name.LocalName;

    public static XElement Content(XElement member) => member;

    public static string String(XElement element) => element.Value;

    public static int Int32(XElement element) => XmlConvert.ToInt32(element.Value);

    public static long Int64(XElement element) => XmlConvert.ToInt64(element.Value);

    public static double Double(XElement element) => XmlConvert.ToDouble(element.Value);

    // Emulators write Python's True.
    public static bool Boolean(XElement element) => bool.Parse(element.Value);

    public static DateTime Timestamp(XElement element) =>
        DateTime.Parse(element.Value, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);

    public static List<T> List<T>(XElement element, Func<XElement, T> read) => [.. element.Elements().Select(read)];

    public static Dictionary<string, T> Map<T>(XElement element, Func<XElement, T> read) =>
        element.Elements().ToDictionary(entry => Child(entry, "key")?.Value ?? "", entry => read(Child(entry, "value")!), StringComparer.Ordinal);

    public static XElement? Child(XElement element, string name) =>
        element.Elements().FirstOrDefault(child => child.Name.LocalName == name);
}
