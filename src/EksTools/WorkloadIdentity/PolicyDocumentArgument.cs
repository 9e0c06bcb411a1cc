using System.Collections;
using System.Management.Automation;
using System.Text.Json.Nodes;
using EksTools.Errors;

namespace EksTools.WorkloadIdentity;

/// <summary>A policy document as -PolicyDocument takes it: JSON text, a file that holds it, a hashtable, or an object such as ConvertFrom-Json makes.</summary>
internal static class PolicyDocumentArgument
{
    private const int MaxDepth = 32;

    /// <summary>The document as JSON. Must be called on the pipeline thread: an object's properties may be scripts.</summary>
    /// <param name="argument">What the user gave.</param>
    /// <param name="resolve">Makes a full path of a PowerShell path.</param>
    public static string ToJson(object argument, Func<string, string> resolve)
    {
        object value = PSObject.AsPSObject(argument).BaseObject;
        if (value is not (string or FileInfo))
        {
            return Node(argument, MaxDepth)?.ToJsonString() ?? "null";
        }

        string text = value.ToString()!;
        if (value is string && text.TrimStart() is ['{' or '%', ..])
        {
            return text;
        }

        string path = value is FileInfo file ? file.FullName : resolve(text);
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EksToolsException(EksErrorKind.Validation, "PolicyDocumentUnreadable", $"-PolicyDocument is neither JSON nor a file that can be read: {exception.Message}", "PolicyDocument", "Give a document that begins with {, a hashtable, or the path of a file.", exception);
        }
    }

    private static JsonNode? Node(object? value, int depth)
    {
        if (depth == 0)
        {
            throw new EksToolsException(EksErrorKind.Validation, "InvalidPolicyDocument", $"-PolicyDocument is nested more than {MaxDepth} deep.", "PolicyDocument");
        }

        PSObject? wrapped = value is null ? null : PSObject.AsPSObject(value);
        return wrapped?.BaseObject switch
        {
            null => null,
            string text => text,
            bool flag => flag,
            int number => number,
            long number => number,
            double number => number,
            IDictionary table => new JsonObject(table.Keys.Cast<object>().Select(key => new KeyValuePair<string, JsonNode?>($"{key}", Node(table[key], depth - 1)))),
            IEnumerable items => new JsonArray([.. items.Cast<object?>().Select(item => Node(item, depth - 1))]),
            PSCustomObject => new JsonObject(wrapped.Properties.Select(property => new KeyValuePair<string, JsonNode?>(property.Name, Node(property.Value, depth - 1)))),
            var other => other.ToString(),
        };
    }
}
