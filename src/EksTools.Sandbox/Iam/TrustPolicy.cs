using System.Text.Json;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Iam;

/// <summary>What a role's trust policy says, as far as principals and actions go; conditions are another issue's.</summary>
internal static class TrustPolicy
{
    /// <summary>Refuses a document that is no policy.</summary>
    public static string Check(string document, bool trust)
    {
        try
        {
            var statements = Statements(document).ToList();
            if (statements.Count == 0 || statements.Any(statement => statement["Effect"]?.GetValue<string>() is not ("Allow" or "Deny")))
            {
                throw Malformed("Syntax errors in policy.");
            }

            if (trust && statements.Any(statement => statement["Principal"] is null && statement["NotPrincipal"] is null))
            {
                throw Malformed("Missing required field Principal");
            }

            if (!trust && statements.Any(statement => statement["Principal"] is not null))
            {
                throw Malformed("Policy document should not specify a principal.");
            }

            return document;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Malformed("This policy contains invalid Json");
        }
    }

    /// <summary>Whether a service may assume the role.</summary>
    public static bool TrustsService(Role role, string service, string action = "sts:AssumeRole") =>
        Allowing(role, action).Any(statement => Strings((statement["Principal"] as JsonObject)?["Service"]).Any(name => name == service || name == service + ".cn"));

    /// <summary>Whether a principal of the account may assume the role by its own trust policy.</summary>
    public static bool TrustsPrincipal(Role role, string iamArn, string callerArn, string accountId) =>
        Allowing(role, "sts:AssumeRole").Any(statement => statement["Principal"] is JsonValue any
            ? any.GetValue<string>() == "*"
            : Strings((statement["Principal"] as JsonObject)?["AWS"]).Any(name => name == "*" || name == iamArn || name == callerArn || name == accountId || name.EndsWith($"::{accountId}:root", StringComparison.Ordinal)));

    /// <summary>The statements that allow an action.</summary>
    public static IEnumerable<JsonObject> Allowing(Role role, string action) =>
        Statements(role.TrustPolicy).Where(statement => statement["Effect"]?.GetValue<string>() == "Allow" && Strings(statement["Action"]).Any(name => name is "*" or "sts:*" || name.Equals(action, StringComparison.OrdinalIgnoreCase)));

    /// <summary>The statements of a document.</summary>
    public static IEnumerable<JsonObject> Statements(string document) => JsonNode.Parse(document)?["Statement"] switch
    {
        JsonArray many => many.OfType<JsonObject>(),
        JsonObject one => [one],
        _ => [],
    };

    /// <summary>One or many.</summary>
    public static IEnumerable<string> Strings(JsonNode? node) => node switch
    {
        JsonArray many => many.OfType<JsonValue>().Select(value => value.GetValue<string>()),
        JsonValue one => [one.GetValue<string>()],
        _ => [],
    };

    private static AwsException Malformed(string message) => new("MalformedPolicyDocument", message);
}
