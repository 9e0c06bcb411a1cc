using System.Text;
using System.Text.RegularExpressions;
using CsCheck;

namespace EksTools.Core.Tests.Access.Kubeconfig;

/// <summary>Makes valid kubeconfigs as people and tools write them: block and flow, comments, quotes, indentation, line ends.</summary>
internal static partial class KubeconfigStyles
{
    private static readonly Gen<string> Name = AnyOf(
        "dev", "prod", "arn:aws:eks:eu-west-1:111122223333:cluster/b", "kind-kind", "docker desktop", "üñí-😀", "it's", "a#b", "yes", "123", "minikube", "x: y");

    private static readonly string[] Comments = ["# mine", "# - not: an item", "#", "# 'quote \" : [", "#\tüñí 😀"];

    /// <summary>A text with names that lists hold and the number of entries in each.</summary>
    public static Gen<string> Text { get; } = Gen.OneOf(Block(), Block(), Block(), Json());

    private static Gen<string> AnyOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Gen<string> Block() => Gen.Select(Name.Array[0, 4], Gen.Int[2, 4], Gen.Bool, Gen.Int[2, 4], Gen.Int, AnyOf("\n", "\r\n", "mixed"), Gen.Bool.Array[3])
        .Select((names, step, indent, gap, seed, newLine, flags) => new BlockText([.. names.Distinct()], step, indent, gap, new Random(seed)).Write(newLine, bom: flags[0], finalBreak: flags[1], marker: flags[2]));

    private static Gen<string> Json() => Gen.Select(Name.Array[0, 4], Gen.Bool, AnyOf("  ", "    ", "\t"), AnyOf("\n", "\r\n"))
        .Select((names, spread, unit, newLine) => JsonText([.. names.Distinct()], spread, unit).Replace("\n", newLine, StringComparison.Ordinal));

    private static readonly System.Text.Json.JsonSerializerOptions[] JsonLayouts =
    [
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping },
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true, NewLine = "\n" },
    ];

    [GeneratedRegex("^ +", RegexOptions.Multiline)]
    private static partial Regex JsonIndent();

    private static string JsonText(string[] names, bool spread, string unit)
    {
        string text = System.Text.Json.JsonSerializer.Serialize(
            new Dictionary<string, object>
            {
                ["kind"] = "Config",
                ["apiVersion"] = "v1",
                ["users"] = names.Select(name => new { name, user = new { token = "t" } }),
                ["clusters"] = names.Select(name => new { name, cluster = new Dictionary<string, object> { ["server"] = "https://" + name.Length, ["tls-server-name"] = "x" } }),
                ["contexts"] = names.Select(name => new { context = new { cluster = name, user = name, @namespace = "n" }, name }),
                ["current-context"] = names.FirstOrDefault() ?? "",
            },
            JsonLayouts[spread ? 1 : 0]);
        text = text.Replace(@"\uD83D\uDE00", "😀", StringComparison.Ordinal); // Go's YAML reader takes no escaped surrogates.
        if (spread)
            text = JsonIndent().Replace(text, match => string.Concat(Enumerable.Repeat(unit, match.Length / 2)));
        return text + (spread ? "\n" : "");
    }

    private sealed class BlockText(string[] names, int step, bool indent, int gap, Random random)
    {
        private readonly List<string> _lines = [];

        public string Write(string newLine, bool bom, bool finalBreak, bool marker)
        {
            if (marker)
                _lines.Add("---");
            List<Action> parts =
            [
                () => Add("apiVersion: v1"),
                () => Add("kind: Config"),
                () => Add($"current-context: {Quote(names.FirstOrDefault() ?? "")}"),
                () => Add("preferences: {}"),
                () => List("clusters", name => [("cluster", [$"server: {Quote("https://" + name.Length)}", "tls-server-name: internal"]), ("name", [Quote(name)])]),
                () => List("contexts", name => [("context", [$"cluster: {Quote(name)}", $"user: {Quote(name)}", "namespace: kube-system"]), ("name", [Quote(name)])]),
                () => List("users", name => [("name", [Quote(name)]), ("user", ["tokenFile: >-", "  abc", "  def", "x-unknown: [1, {a: b}]"])]),
                () => Add("extensions: []"),
            ];
            Action[] order = [.. parts];
            random.Shuffle(order);
            foreach (Action part in order)
                part();
            StringBuilder builder = new(bom ? "\uFEFF" : "");
            for (int i = 0; i < _lines.Count; i++)
            {
                builder.Append(_lines[i]);
                if (i < _lines.Count - 1 || finalBreak)
                    builder.Append(newLine == "mixed" ? (random.Next(2) == 0 ? "\n" : "\r\n") : newLine);
            }
            return builder.ToString();
        }

        private void Add(string line)
        {
            if (random.Next(5) == 0)
                _lines.Add(random.Next(3) == 0 ? "" : new string(' ', random.Next(4)) + Comments[random.Next(Comments.Length)]);
            bool takesComment = !line.EndsWith(">-", StringComparison.Ordinal) && !line.EndsWith("abc", StringComparison.Ordinal) && !line.EndsWith("def", StringComparison.Ordinal);
            _lines.Add(takesComment && random.Next(6) == 0 ? line + "  # x: 'y" : line);
        }

        private void List(string key, Func<string, (string Key, string[] Body)[]> entry)
        {
            if (names.Length == 0)
            {
                Add($"{key}: []");
                return;
            }
            Add(key + ":");
            string dash = new(' ', indent ? step : 0), content = dash + new string(' ', gap);
            foreach (string name in names)
            {
                var parts = entry(name);
                if (key != "users" && random.Next(5) == 0)
                {
                    Add($"{dash}- {{{string.Join(", ", parts.Select(part => part.Body.Length == 1 ? $"{part.Key}: {part.Body[0]}" : $"\"{part.Key}\": {{ {string.Join(", ", part.Body)} }}"))}}}");
                    continue;
                }
                if (random.Next(2) == 0)
                    Array.Reverse(parts);
                string lead = dash + "-" + new string(' ', gap - 1);
                if (random.Next(6) == 0)
                {
                    Add(dash + "-");
                    lead = content;
                }
                foreach ((string partKey, string[] body) in parts)
                {
                    if (body.Length == 1)
                    {
                        Add($"{lead}{partKey}: {body[0]}");
                    }
                    else
                    {
                        if (key != "users" && random.Next(6) == 0)
                        {
                            Add($"{lead}{partKey}: {{{string.Join(", ", body)}}}");
                            lead = content;
                            continue;
                        }
                        Add($"{lead}{partKey}:");
                        bool folding = false;
                        foreach (string line in body)
                        {
                            string full = content + new string(' ', step) + line;
                            folding = line.StartsWith("  ", StringComparison.Ordinal) || line.EndsWith(">-", StringComparison.Ordinal);
                            if (folding)
                                _lines.Add(full); // A comment here would be text of the block scalar.
                            else
                                Add(full);
                        }
                    }
                    lead = content;
                }
            }
        }

        private string Quote(string value) => random.Next(3) switch
        {
            0 => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'",
            1 => $"\"{value}\"",
            _ => value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '/' or '-') && value != "123" && value != "yes" ? value : $"\"{value}\"",
        };
    }
}
