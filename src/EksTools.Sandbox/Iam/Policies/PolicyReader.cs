using System.Text.Json;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Iam.Policies;

/// <summary>Reads policies and refuses what IAM refuses (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).</summary>
internal static class PolicyReader
{
    private static readonly string[] Elements = ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];
    private static readonly string[] PrincipalKinds = ["AWS", "Service", "Federated", "CanonicalUser"];

    /// <summary>Reads one.</summary>
    public static PolicyDocument Read(string json, bool trust)
    {
        try
        {
            if (JsonNode.Parse(json) is not JsonObject root || root.Any(member => member.Key is not ("Version" or "Id" or "Statement")))
            {
                throw Malformed("Syntax errors in policy.");
            }

            var version = root["Version"]?.GetValue<string>() ?? "2008-10-17";
            var statements = root["Statement"] switch
            {
                JsonArray { Count: > 0 } many => many.Select(node => ReadStatement(node as JsonObject ?? throw Malformed("Syntax errors in policy."), trust)).ToList(),
                JsonObject one => [ReadStatement(one, trust)],
                _ => throw Malformed("Syntax errors in policy."),
            };
            var ids = statements.Select(statement => statement.Sid).OfType<string>().Where(id => id.Length > 0).ToList();
            return version is not ("2012-10-17" or "2008-10-17") ? throw Malformed("Syntax errors in policy.")
                : ids.Distinct().Count() < ids.Count ? throw Malformed("Statement IDs (SID) in a single policy must be unique.")
                : new PolicyDocument(version == "2012-10-17", statements);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw Malformed("This policy contains invalid Json");
        }
    }

    private static PolicyStatement ReadStatement(JsonObject node, bool trust)
    {
        var effect = node["Effect"]?.GetValue<string>();
        if (effect is not ("Allow" or "Deny") || node.Any(member => !Elements.Contains(member.Key)))
        {
            throw Malformed("Syntax errors in policy.");
        }

        var statement = new PolicyStatement
        {
            Sid = node["Sid"]?.GetValue<string>(),
            Allows = effect == "Allow",
            Principal = ReadPrincipals(node["Principal"]),
            NotPrincipal = ReadPrincipals(node["NotPrincipal"]),
            Action = Strings(node["Action"]),
            NotAction = Strings(node["NotAction"]),
            Resource = Strings(node["Resource"]),
            NotResource = Strings(node["NotResource"]),
            Conditions = [.. ReadConditions(node["Condition"])],
        };
        Check(statement, trust);
        return statement;
    }

    private static void Check(PolicyStatement statement, bool trust)
    {
        if (statement.Sid?.All(char.IsAsciiLetterOrDigit) == false)
        {
            throw Malformed("Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*");
        }

        var (named, actions, resources) = (statement.Principal ?? statement.NotPrincipal, statement.Action ?? statement.NotAction, statement.Resource ?? statement.NotResource);
        if (statement is { Principal: not null, NotPrincipal: not null } or { Action: not null, NotAction: not null } or { Resource: not null, NotResource: not null })
        {
            throw Malformed("Syntax errors in policy.");
        }

        if (trust != named is not null)
        {
            throw Malformed(trust ? "Missing required field Principal" : "Policy document should not specify a principal.");
        }

        if (actions is not { Count: > 0 })
        {
            throw Malformed("Policy statement must contain actions.");
        }

        if (actions.Any(action => action != "*" && !action.Contains(':', StringComparison.Ordinal)))
        {
            throw Malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
        }

        if (trust && resources is not null)
        {
            throw Malformed("Has prohibited field Resource");
        }

        if (!trust && resources is not { Count: > 0 })
        {
            throw Malformed("Policy statement must contain resources.");
        }

        // Six parts, the first of them "arn"; the others may be wildcards. A wildcard at an end may stand for the colons behind it.
        if (resources?.FirstOrDefault(resource => resource != "*" && !(resource.StartsWith("arn:", StringComparison.Ordinal) && (resource.Split(':').Length >= 6 || resource.EndsWith('*')))) is { } bad)
        {
            throw Malformed($"Resource {bad} must be in ARN format or \"*\".");
        }
    }

    private static PolicyPrincipals? ReadPrincipals(JsonNode? node) => node switch
    {
        null => null,
        JsonObject kinds when kinds.Count > 0 && kinds.All(kind => PrincipalKinds.Contains(kind.Key)) => new PolicyPrincipals(false, kinds.ToDictionary(kind => kind.Key, kind => Strings(kind.Value)!)),
        JsonValue text when text.GetValue<string>() == "*" => new PolicyPrincipals(true, new Dictionary<string, IReadOnlyList<string>>()),
        _ => throw Malformed("Invalid principal in policy."),
    };

    private static IEnumerable<PolicyCondition> ReadConditions(JsonNode? node)
    {
        foreach (var (name, keys) in node?.AsObject() ?? [])
        {
            var (set, rest) = name.Split(':', 2) is [var qualifier, var bare]
                ? (Enum.TryParse<ConditionSet>(qualifier, ignoreCase: true, out var known) && known != ConditionSet.None ? known : throw Malformed($"Invalid Condition type : {name}."), bare)
                : (ConditionSet.None, name);
            var ifExists = rest.EndsWith("IfExists", StringComparison.OrdinalIgnoreCase);
            var operation = ifExists ? rest[..^"IfExists".Length] : rest;
            if (!PolicyConditions.Knows(operation) || (ifExists && operation.Equals("Null", StringComparison.OrdinalIgnoreCase)))
            {
                throw Malformed($"Invalid Condition type : {name}.");
            }

            foreach (var (key, values) in keys!.AsObject())
            {
                yield return key.Contains(':', StringComparison.Ordinal) ? new PolicyCondition(set, operation, ifExists, key, Strings(values) ?? [])
                    : throw Malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
            }
        }
    }

    /// <summary>One or many scalars; numbers and booleans are taken as their text.</summary>
    private static IReadOnlyList<string>? Strings(JsonNode? node) => node switch
    {
        null => null,
        JsonArray many => [.. many.Select(Scalar)],
        _ => [Scalar(node)],
    };

    private static string Scalar(JsonNode? node) => node is JsonValue value ? value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString()
        : throw Malformed("Syntax errors in policy.");

    private static AwsException Malformed(string message) => new("MalformedPolicyDocument", message);
}
