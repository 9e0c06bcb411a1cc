using System.Text;
using CsCheck;
using EksTools.Access;

namespace EksTools.Core.Tests.Access.Mappings;

/// <summary>A row as it was meant by who wrote the text.</summary>
internal sealed record MeantRow(string Arn, string Username, IReadOnlyList<string> Groups);

/// <summary>A text with what it means.</summary>
internal sealed record MeantText(EksIamPrincipalKind Kind, string Text, IReadOnlyList<MeantRow> Rows);

/// <summary>Makes values of mapRoles and mapUsers as people and tools write them, and breaks them.</summary>
internal static class AwsAuthStyles
{
    public static readonly string[] Arns = ["arn:aws:iam::111122223333:role/dev", "arn:aws-cn:iam::012345678901:user/a/b@c", "arn:aws:iam::111122223333:role/AWSReservedSSO_x_0a=,.", "x"];

    public static readonly string[] Names =
    [
        "system:node:{{EC2PrivateDNSName}}", "{{SessionName}}", "admin:{{SessionNameRaw}}", "yes", "0123", "12e3", "~", "null", "2024-01-01", "üñí-😀", "it's", "a#b", "a #b", "x: y", "a\tb",
        "a\nb", "- x", "", " lead", "[a", "*a", "&a", "!a", "%a", "@a", "`a", "\"q\"", "a\\b", "dev", "system:masters", "a,b", "1:30", "0x1F", ".5", "-", "?", "a:", "=", "<<", "a - b", "|", ">",
    ];

    private static readonly string[] Comments = ["# mine", "# - rolearn: x", "#", "# 'quote \" : [", "#\tüñí 😀", "# {{x}}"];

    private const string Wild = "-:{}[]#&*!|>'\"%@`, \t\n\r~?<=abr01x\\/\u0085\u2028\uFEFF\u0000\u00A0ü";

    /// <summary>A well-formed text.</summary>
    public static Gen<MeantText> Text { get; } = Gen.Int.Select(static seed => WellFormed(new Random(seed)));

    /// <summary>A text with some characters put in, taken out, changed or moved: well-formed or not.</summary>
    public static Gen<MeantText> Broken { get; } = Gen.Int.Select(static seed => BrokenText(new Random(seed)));

    public static MeantText WellFormed(Random random) => new Writer(random).Write();

    public static MeantText BrokenText(Random random)
    {
        MeantText text = WellFormed(random);
        return text with { Text = Break(text.Text, random) };
    }

    public static string Pick(this Random random, string[] values) => values[random.Next(values.Length)];

    public static MeantRow Row(Random random) => new(random.Pick(Arns), random.Pick(Names), Groups(random));

    public static string[] Groups(Random random) => [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Pick(Names))];

    private static string Break(string text, Random random)
    {
        StringBuilder broken = new(text);
        for (int times = 1 + random.Next(3); times > 0; times--)
        {
            int at = random.Next(broken.Length + 1);
            int length = Math.Min(random.Next(1, 4), broken.Length - at);
            switch (random.Next(5))
            {
                case 0:
                    broken.Remove(at, length);
                    break;
                case 1:
                    broken.Insert(at, Wild[random.Next(Wild.Length)]);
                    break;
                case 2 when length > 0:
                    broken[at] = Wild[random.Next(Wild.Length)];
                    break;
                case 3 when length > 0:
                    string moved = broken.ToString(at, length);
                    broken.Remove(at, length).Insert(random.Next(broken.Length + 1), moved);
                    break;
                default:
                    broken.Insert(at, random.Pick(["\n", "  ", "---\n", "...\n", "&a ", "*a", "!!str ", "<<: *a", "? ", ": ", "\r\n", "\n- ", "[", "{", "\\u0041", "username: z\n"]));
                    break;
            }
        }
        return broken.ToString();
    }

    private sealed class Writer(Random random)
    {
        private readonly List<string> _lines = [];

        public MeantText Write()
        {
            bool users = random.Next(3) == 0;
            MeantRow[] rows = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Row(random))];
            string arnKey = users ? "userarn" : "rolearn";
            string newLine = random.Pick(["\n", "\n", "\r\n", "\r", "mixed"]);
            if (random.Next(6) == 0)
                _lines.Add("---");
            Action<MeantRow[], string> write = random.Next(6) == 0 ? WriteFlow : WriteBlock;
            write(rows, arnKey);
            Noise();
            if (random.Next(12) == 0)
                _lines.AddRange(["---", "- rolearn: other"]);
            StringBuilder text = new(random.Next(12) == 0 ? "\uFEFF" : "");
            for (int i = 0; i < _lines.Count; i++)
            {
                text.Append(_lines[i]);
                if (i < _lines.Count - 1 || random.Next(4) > 0)
                    text.Append(newLine == "mixed" ? random.Pick(["\n", "\r\n"]) : newLine);
            }
            return new MeantText(users ? EksIamPrincipalKind.User : EksIamPrincipalKind.Role, text.ToString(), rows);
        }

        private void Noise()
        {
            if (random.Next(6) == 0)
                _lines.Add(random.Next(3) == 0 ? "" : new string(' ', random.Next(5)) + random.Pick(Comments));
        }

        private string Tail() => random.Next(8) == 0 ? "  " + random.Pick(Comments) : "";

        private string Cased(string key) => random.Next(10) switch { 0 => key.ToUpperInvariant(), 1 => char.ToUpperInvariant(key[0]) + key[1..], 2 => $"\"{key}\"", 3 => $"'{key}'", _ => key };

        private string Quoted(string text, bool flow)
        {
            bool plain = text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '/' or '-' or '_' or '.' or '@' or '=' || (!flow && c is '{' or '}' or ',')) && char.IsAsciiLetter(text[0])
                && !text.EndsWith(':') && text is not ("yes" or "null" or "x");
            return random.Next(3) switch
            {
                0 when !text.Contains('\n') && !text.Contains('\t') => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
                1 when plain => text,
                _ => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)}\"",
            };
        }

        private string Brackets(IReadOnlyList<string> groups) => random.Next(2) == 0
            ? $"[{string.Join(", ", groups.Select(group => Quoted(group, flow: true)))}]"
            : $"[ {string.Join(" ,", groups.Select(group => Quoted(group, flow: true)))} ]";

        private List<(string Key, object Value)> Fields(MeantRow row, string arnKey)
        {
            List<(string, object)> fields = [(arnKey, row.Arn)];
            if (row.Username.Length > 0 || random.Next(2) == 0)
                fields.Add(("username", row.Username));
            if (row.Groups.Count > 0 || random.Next(2) == 0)
                fields.Add(("groups", row.Groups));
            if (random.Next(6) == 0)
                fields.Add((random.Pick(["note", "team", "userid", "123"]), "x y"));
            if (random.Next(10) == 0)
                fields.Add(("extra", null!));
            (string, object)[] shuffled = [.. fields];
            random.Shuffle(shuffled);
            return [.. shuffled];
        }

        private string Braces(MeantRow row, string arnKey) => "{" + string.Join(", ", Fields(row, arnKey).Select(field =>
            $"{Cased(field.Key)}: {field.Value switch { null => "[1, {a: b}]", string text => Quoted(text, flow: true), _ => Brackets((IReadOnlyList<string>)field.Value) }}")) + "}";

        private void WriteFlow(MeantRow[] rows, string arnKey)
        {
            bool spread = random.Next(2) == 0;
            if (!spread)
            {
                _lines.Add($"[{string.Join(", ", rows.Select(row => Braces(row, arnKey)))}]" + Tail());
                return;
            }
            _lines.Add("[");
            for (int i = 0; i < rows.Length; i++)
                _lines.Add("  " + Braces(rows[i], arnKey) + (i < rows.Length - 1 ? "," : ""));
            _lines.Add("]");
        }

        private void WriteBlock(MeantRow[] rows, string arnKey)
        {
            string dash = new(' ', random.Next(4) == 0 ? random.Next(1, 4) : 0);
            int gap = random.Next(4) == 0 ? random.Next(2, 5) : 2, indent = random.Next(3);
            foreach (MeantRow row in rows)
            {
                Noise();
                if (random.Next(8) == 0)
                {
                    _lines.Add($"{dash}-{new string(' ', gap - 1)}{Braces(row, arnKey)}{Tail()}");
                    continue;
                }
                string lead = dash + "-" + new string(' ', gap - 1), content = dash + new string(' ', gap);
                if (random.Next(10) == 0)
                {
                    _lines.Add(dash + "-" + Tail());
                    lead = content;
                }
                foreach ((string key, object value) in Fields(row, arnKey))
                {
                    string head = lead + Cased(key) + ":";
                    lead = content;
                    WriteField(head, content, indent, value);
                    Noise();
                }
            }
        }

        private void WriteField(string head, string content, int indent, object? value)
        {
            switch (value)
            {
                case null:
                    _lines.AddRange([head + Tail(), content + "  a: |", content + "    text # no comment", content + "  b:", content + "  - {c: d}"]);
                    break;
                case string { Length: > 0 } text when random.Next(12) == 0 && text.All(c => c is > ' ' and <= '~') && !text.Contains('#'):
                    _lines.AddRange([head + " " + random.Pick([">-", "|-"]), content + "   " + text]);
                    break;
                case string text:
                    _lines.Add($"{head} {Quoted(text, flow: false)}{Tail()}");
                    break;
                case IReadOnlyList<string> groups when groups.Count == 0 || random.Next(4) == 0:
                    _lines.Add($"{head} {Brackets(groups)}{Tail()}");
                    break;
                case IReadOnlyList<string> groups:
                    _lines.Add(head + Tail());
                    foreach (string group in groups)
                    {
                        Noise();
                        _lines.Add($"{content}{new string(' ', indent)}- {Quoted(group, flow: false)}{Tail()}");
                    }
                    break;
            }
        }
    }
}
