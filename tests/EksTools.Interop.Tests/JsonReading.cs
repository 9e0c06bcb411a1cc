using System.Text.Json;

namespace EksTools.Interop.Tests;

/// <summary>Short ways into the JSON of other people's tools.</summary>
internal static class JsonReading
{
    /// <summary>The value at a path of names, such as <c>cluster.identity.oidc</c>.</summary>
    public static JsonElement At(this JsonElement json, string path) => path.Split('.').Aggregate(json, static (value, name) => value.GetProperty(name));

    /// <summary>The text at a path of names.</summary>
    public static string Text(this JsonElement json, string path) => json.At(path).GetString()!;

    /// <summary>The strings of the list at a path, in order.</summary>
    public static string[] Texts(this JsonElement json, string path) => [.. json.At(path).EnumerateArray().Select(static value => value.GetString()!).Order(StringComparer.Ordinal)];

    /// <summary>One text of every entry of the list at a path, in order.</summary>
    public static string[] Each(this JsonElement json, string path, string member) => [.. json.At(path).EnumerateArray().Select(entry => entry.Text(member)).Order(StringComparer.Ordinal)];

    /// <summary>Tags as a list of Key and Value (EC2, IAM).</summary>
    public static Dictionary<string, string> Tags(this JsonElement json) => json.GetProperty("Tags").EnumerateArray().ToDictionary(static tag => tag.Text("Key"), static tag => tag.Text("Value"));
}
