using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EksTools.Core.WorkloadIdentity.Policies;
using EksTools.Errors;
using EksTools.Permissions;

namespace EksTools.Core.Permissions;

/// <summary>Writes policies of what cmdlets need: statements merged by what they are about, and as many documents as IAM's quota asks for.</summary>
internal sealed class PermissionService : IPermissionService
{
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: the characters of a managed policy without white space.
    private const int Quota = 6144;
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true };
    private static readonly int Frame = Count(new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray() });
    private static readonly string[] Looking = ["Get", "List", "Describe"];

    /// <inheritdoc/>
    public IReadOnlyList<string> CmdletNames => CmdletPermissions.Names;

    /// <inheritdoc/>
    public IReadOnlyList<EksIamPolicy> CreatePolicy(IamPolicyRequest request)
    {
        PolicyScope scope = PolicyScope.Read(request);
        string[] cmdlets = [.. request.Cmdlets.Distinct(StringComparer.OrdinalIgnoreCase).Where(static name => CmdletPermissions.Of(name).Count > 0)];
        IReadOnlyList<JsonArray> documents = Pack(cmdlets
            .SelectMany(CmdletPermissions.Of)
            .SelectMany(static permission => permission.Actions.Select(action => (permission.Statement, Action: action)))
            .Where(pair => !request.ReadOnly || Looking.Any(verb => pair.Action.AsSpan(pair.Action.IndexOf(':', StringComparison.Ordinal) + 1).StartsWith(verb, StringComparison.Ordinal)))
            .GroupBy(static pair => pair.Statement, static pair => pair.Action)
            .SelectMany(group => Write(group.Key, [.. group.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], scope)));
        string clusters = string.Join(", ", scope.Clusters);
        return
        [
            .. documents.Select((statements, index) =>
            {
                JsonObject document = new() { ["Version"] = "2012-10-17", ["Statement"] = statements };
                return new EksIamPolicy
                {
                    PolicyName = Name(scope, request.ReadOnly, documents.Count == 1 ? null : index + 1),
                    Cmdlets = cmdlets,
                    ClusterName = clusters,
                    Region = request.Region,
                    PolicyDocument = document.ToJsonString(Readable),
                    Length = Count(document),
                };
            }),
        ];
    }

    private static IEnumerable<JsonObject> Write(PermissionStatement about, string[] actions, PolicyScope scope) => about.PerCluster
        ? scope.Clusters.SelectMany((name, index) => Write(index == 0 ? about.Sid : $"{about.Sid}{index + 1}", about, actions, scope with { Clusters = [name] }))
        : Write(about.Sid, about, actions, scope);

    private static IEnumerable<JsonObject> Write(string sid, PermissionStatement about, string[] actions, PolicyScope scope)
    {
        string[] resources = [.. about.Resources(scope)];
        if (resources.Length == 0)
        {
            yield break;
        }

        JsonObject statement = new() { ["Sid"] = sid, ["Effect"] = "Allow", ["Action"] = PolicyDocument.OneOrMany(actions), ["Resource"] = PolicyDocument.OneOrMany(resources) };
        if (about.Condition(scope) is { } condition)
        {
            statement["Condition"] = condition;
        }

        foreach (JsonObject part in Split(sid, statement))
        {
            yield return part;
        }
    }

    /// <summary>
    /// A statement that no document has room for, as several: what it lists of actions, resources or values of a condition is an alternative
    /// each, so that half of them in one statement and half in another allow the same. (Of ForAllValues that holds for calls that name one key,
    /// as those of Test-EksSubnet do.)
    /// </summary>
    private static IEnumerable<JsonObject> Split(string sid, JsonObject statement)
    {
        Queue<JsonObject> left = new([statement]);
        for (int number = 1; left.TryDequeue(out JsonObject? one);)
        {
            one["Sid"] = number == 1 ? sid : $"{sid}Part{number}";
            if (Count(one) + 1 <= Quota - Frame)
            {
                number++;
                yield return one;
                continue;
            }

            if (Lists(one).MaxBy(Count) is not { } longest)
            {
                throw new EksToolsException(EksErrorKind.Validation, "InvalidPolicyScope", $"Statement {sid} would have {Count(one)} characters, and IAM takes {Quota} in a managed policy.", sid, "Say shorter names with -RolePath, -PermissionsBoundary and -PolicyArn.");
            }

            string path = longest.GetPath();
            JsonObject other = one.DeepClone().AsObject();
            JsonArray rest = Lists(other).Single(list => list.GetPath() == path);
            int half = longest.Count / 2;
            for (int index = longest.Count - 1; index >= 0; index--)
            {
                (index < half ? rest : longest).RemoveAt(index);
            }

            left.Enqueue(one);
            left.Enqueue(other);
        }
    }

    /// <summary>The lists of several alternatives in a statement.</summary>
    private static IEnumerable<JsonArray> Lists(JsonObject statement) =>
        new[] { statement["Action"], statement["Resource"] }.Concat(statement["Condition"]?.AsObject().SelectMany(static operation => operation.Value!.AsObject().Select(static key => key.Value)) ?? [])
            .OfType<JsonArray>().Where(static list => list.Count > 1);

    /// <summary>As few documents as the statements fit into, in their order.</summary>
    private static List<JsonArray> Pack(IEnumerable<JsonObject> statements)
    {
        List<(JsonArray Statements, int Length)> documents = [];
        foreach (JsonObject statement in statements)
        {
            int length = Count(statement) + 1;
            int place = documents.FindIndex(document => document.Length + length <= Quota);
            if (place < 0)
            {
                place = documents.Count;
                documents.Add(([], Frame));
            }

            documents[place].Statements.Add((JsonNode)statement);
            documents[place] = (documents[place].Statements, documents[place].Length + length);
        }

        return [.. documents.Select(static document => document.Statements)];
    }

    private static int Count(JsonNode node) => node.ToJsonString(Readable).Count(static letter => !char.IsWhiteSpace(letter));

    /// <summary>A name that IAM takes: of one cluster, or of none.</summary>
    private static string Name(PolicyScope scope, bool readOnly, int? number)
    {
        string cluster = scope.Clusters is [var one] && one.AsSpan().IndexOfAny('*', '?') < 0 ? $"-{one}" : string.Empty;
        return $"EksTools{cluster}{(readOnly ? "-ReadOnly" : string.Empty)}{(number is null ? string.Empty : $"-{number}")}";
    }
}
