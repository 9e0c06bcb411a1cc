using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Authentication;
using EksTools.Sandbox.Kubernetes.Resources;
using YamlDotNet.Core;

namespace EksTools.Sandbox.Eks;

/// <summary>
/// The rows that EKS itself writes into <c>kube-system/aws-auth</c>: one for each node role of a managed node group and each pod execution role of a
/// Fargate profile, where the cluster knows no access entries. Text that cannot be read is left alone.
/// </summary>
internal static class AwsAuthRows
{
    private const string Namespace = "kube-system";
    private const string Name = "aws-auth";

    /// <summary>Adds the row of a role, with the path taken out of its ARN; nothing changes where a row of the role is.</summary>
    public static void Add(Cluster cluster, string roleArn, string username, params IReadOnlyList<string> groups)
    {
        var arn = PrincipalArn.WithoutRolePath(roleArn);
        Change(cluster, (text, rows) => rows.Any(row => IsOf(row, arn)) ? text
            : text.Length == 0 || text.StartsWith("- ", StringComparison.Ordinal) ? text + (text.Length == 0 || text.EndsWith('\n') ? "" : "\n") + Block(arn, username, groups)
            : new JsonArray([.. rows.Select(row => row?.DeepClone()), new JsonObject { ["groups"] = JsonMembers.ToJson(groups), ["rolearn"] = arn, ["username"] = username }]).ToJsonString());
    }

    /// <summary>Takes the rows of a role away.</summary>
    public static void Remove(Cluster cluster, string roleArn)
    {
        var arn = PrincipalArn.WithoutRolePath(roleArn);
        Change(cluster, (text, rows) =>
        {
            if (!rows.Any(row => IsOf(row, arn)))
            {
                return text;
            }

            // An item of a block list begins where the list does, with the comments before it.
            var lines = text.Split('\n');
            var starts = lines.Index().Where(line => line.Item.StartsWith("- ", StringComparison.Ordinal)).Select(line => line.Index - lines[..line.Index].Reverse().TakeWhile(before => before.StartsWith('#')).Count()).ToList();
            return starts.Count == rows.Count
                ? string.Join('\n', lines[..starts[0]].Concat(rows.Index().Where(row => !IsOf(row.Item, arn)).SelectMany(row => lines[starts[row.Index]..(row.Index + 1 < starts.Count ? starts[row.Index + 1] : lines.Length)])))
                : new JsonArray([.. rows.Where(row => !IsOf(row, arn)).Select(row => row?.DeepClone())]).ToJsonString();
        });
    }

    private static void Change(Cluster cluster, Func<string, JsonArray, string> change) => cluster.Workloads.Api?.ChangeConfigMap(Namespace, Name, map =>
    {
        var text = map.Text("data", "mapRoles") ?? "";
        JsonArray? rows;
        try
        {
            rows = text.Trim() is "" or "``" or "\"\"" or "''" ? [] : YamlReading.ToJson(text) as JsonArray;
        }
        catch (YamlException)
        {
            return null;
        }

        if (rows is null || change(rows.Count == 0 ? "" : text, rows) is var changed && changed == text)
        {
            return null;
        }

        map ??= new JsonObject { ["metadata"] = new JsonObject { ["name"] = Name, ["namespace"] = Namespace } };
        map.Ensure("data")["mapRoles"] = changed;
        return map;
    });

    private static bool IsOf(JsonNode? row, string arn) => row is JsonObject members && members.Any(member => member.Key.Equals("rolearn", StringComparison.OrdinalIgnoreCase) && arn.Equals(member.Value.Text(), StringComparison.OrdinalIgnoreCase));

    private static string Block(string arn, string username, IReadOnlyList<string> groups) =>
        $"- groups:\n{string.Concat(groups.Select(group => $"  - {group}\n"))}  rolearn: {arn}\n  username: {username}\n";
}
