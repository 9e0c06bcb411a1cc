using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EksTools.Errors;

namespace EksTools.Core.WorkloadIdentity.Policies;

/// <summary>An IAM policy document. What it says of others is kept as it is: members, order and unknown parts.</summary>
internal sealed class PolicyDocument
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly JsonObject root;

    private PolicyDocument(JsonObject root) => this.root = root;

    /// <summary>Reads a document.</summary>
    /// <param name="text">JSON; IAM's answers are percent-encoded and are taken too.</param>
    /// <param name="what">What it is, for the message.</param>
    /// <exception cref="EksToolsException">It is no policy document.</exception>
    public static PolicyDocument Parse(string text, string what)
    {
        string json = text.StartsWith('%') ? Uri.UnescapeDataString(text) : text;
        try
        {
            if (JsonNode.Parse(json) is JsonObject { } root && root["Statement"] is JsonObject or JsonArray)
            {
                return new PolicyDocument((JsonObject)root);
            }
        }
        catch (JsonException exception)
        {
            throw new EksToolsException(EksErrorKind.Validation, "InvalidPolicyDocument", $"{what} is not JSON: line {exception.LineNumber + 1}, column {exception.BytePositionInLine + 1}.", what, "A policy document is a JSON object with Version and Statement.", exception);
        }

        throw new EksToolsException(EksErrorKind.Validation, "InvalidPolicyDocument", $"{what} is no IAM policy document: it has no Statement.", what, "A policy document is a JSON object with Version and Statement.");
    }

    /// <summary>One value or a list, as text: documents have both for the same.</summary>
    public static string[] Values(JsonNode? node) => node switch
    {
        JsonArray many => [.. many.OfType<JsonValue>().Select(static value => value.ToString())],
        JsonValue one => [one.ToString()],
        _ => [],
    };

    /// <summary>A value by itself, or several as a list.</summary>
    public static JsonNode OneOrMany(string[] values) => values is [var one] ? one : new JsonArray([.. values.Select(static value => (JsonNode)value)]);

    /// <summary>The statements.</summary>
    public IReadOnlyList<JsonObject> Statements => root["Statement"] switch
    {
        JsonObject one => [one],
        JsonArray many => [.. many.OfType<JsonObject>()],
        _ => [],
    };

    /// <summary>Adds those of the statements that the document does not have.</summary>
    /// <returns>Whether there were any.</returns>
    public bool Add(IEnumerable<JsonObject> statements)
    {
        JsonObject[] missing = [.. statements.Where(wanted => !Statements.Any(there => Same(there, wanted)))];
        if (missing.Length == 0)
        {
            return false;
        }

        if (root["Statement"] is JsonObject only)
        {
            root["Statement"] = new JsonArray(only.DeepClone());
        }

        JsonArray all = root["Statement"]!.AsArray();
        HashSet<string> sids = [.. Statements.Select(static statement => (string?)statement["Sid"]).OfType<string>()];
        foreach (JsonObject statement in missing.Select(static statement => (JsonObject)statement.DeepClone()))
        {
            if ((string?)statement["Sid"] is { } sid)
            {
                // A Sid is unique within its document.
                for (int number = 2; !sids.Add((string)statement["Sid"]!); number++)
                {
                    statement["Sid"] = sid + number;
                }
            }

            all.Add((JsonNode)statement);
        }

        return true;
    }

    /// <summary>Takes a statement out, one of <see cref="Statements"/>.</summary>
    public void Remove(JsonObject statement)
    {
        if (root["Statement"] is JsonArray many)
        {
            many.Remove(statement);
        }
        else
        {
            root["Statement"] = new JsonArray();
        }
    }

    /// <summary>Whether two documents say the same.</summary>
    public bool Equals(PolicyDocument other) =>
        Statements.Count == other.Statements.Count && Statements.All(statement => other.Statements.Any(there => Same(there, statement)))
        && other.Statements.All(statement => Statements.Any(there => Same(there, statement)));

    /// <summary>The document as compact JSON: IAM counts its characters.</summary>
    public string ToJson() => root.ToJsonString(Compact);

    /// <summary>One value and a list of it, and lists in another order, mean the same; a Sid means nothing.</summary>
    private static bool Same(JsonObject one, JsonObject other) => JsonNode.DeepEquals(Normal(Without(one)), Normal(Without(other)));

    private static JsonObject Without(JsonObject statement)
    {
        JsonObject copy = (JsonObject)statement.DeepClone();
        copy.Remove("Sid");
        return copy;
    }

    private static JsonNode? Normal(JsonNode? node) => node switch
    {
        JsonArray { Count: 1 } one => Normal(one[0]),
        JsonArray many when many.All(static item => item is JsonValue) => new JsonArray([.. many.OrderBy(static item => item!.ToJsonString(), StringComparer.Ordinal).Select(static item => item!.DeepClone())]),
        JsonArray many => new JsonArray([.. many.Select(Normal)]),
        JsonObject members => new JsonObject(members.Select(static member => new KeyValuePair<string, JsonNode?>(member.Key, Normal(member.Value)))),
        _ => node?.DeepClone(),
    };
}
