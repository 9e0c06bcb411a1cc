using System.Collections;
using System.Management.Automation;
using System.Text.Json.Nodes;

namespace EksTools.Pipeline;

/// <summary>A value of PowerShell, such as a hashtable or what ConvertFrom-Json makes, as JSON. Must be used on the pipeline thread: an object's properties may be scripts.</summary>
internal static class JsonArgument
{
    /// <summary>How deep a value may be nested.</summary>
    public const int MaxDepth = 32;

    /// <summary>The value as JSON; null is null.</summary>
    /// <param name="value">The value.</param>
    /// <param name="tooDeep">Makes the exception for one that is nested deeper than <see cref="MaxDepth"/>.</param>
    public static JsonNode? Of(object? value, Func<Exception> tooDeep) => Of(value, MaxDepth, tooDeep);

    private static JsonNode? Of(object? value, int depth, Func<Exception> tooDeep)
    {
        if (depth == 0)
        {
            throw tooDeep();
        }

        PSObject? wrapped = value is null ? null : PSObject.AsPSObject(value);
        return wrapped?.BaseObject switch
        {
            null => null,
            string text => text,
            bool flag => flag,
            SwitchParameter flag => flag.IsPresent,
            int number => number,
            long number => number,
            double number => number,
            IDictionary table => new JsonObject(table.Keys.Cast<object>().Select(key => new KeyValuePair<string, JsonNode?>($"{key}", Of(table[key], depth - 1, tooDeep)))),
            IEnumerable items => new JsonArray([.. items.Cast<object?>().Select(item => Of(item, depth - 1, tooDeep))]),
            PSCustomObject => new JsonObject(wrapped.Properties.Select(property => new KeyValuePair<string, JsonNode?>(property.Name, Of(property.Value, depth - 1, tooDeep)))),
            var other => other.ToString(),
        };
    }
}
