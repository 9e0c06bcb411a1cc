using System.Text.RegularExpressions;
using CsCheck;
using EksTools.Core.Access.Kubeconfig;

namespace EksTools.Core.Tests.Access.Kubeconfig;

/// <summary>
/// Kubeconfigs that something has happened to: cut off, doubled, pasted into, spoiled at single characters. Whatever it was, the text is
/// refused with a place or edited without loss; nothing else may come out.
/// </summary>
public sealed partial class KubeconfigFuzz
{
    private static readonly KubeconfigEntry Added = KubeconfigEntries.Demo with { SetCurrentContext = false };

    private static readonly string[] Pieces =
    [
        "\n", "\r\n", "\r", " ", "  ", "\t", ":", ": ", "-", "- ", "#", " # x", "[", "]", "[]", "{", "}", "{}", ",", "&a ", "*a", "!!str ", "|\n", ">-\n", "'", "\"", "?", "? ", "---\n", "...\n", "%YAML 1.2\n",
        "\0", "\uFEFF", "\u0085", "\u2028", "\uD800", "null", "~", "name: x", "clusters:", "clusters:\n- name: x\n", "users: []\n", "<<: *a", "\\", "@", "`", "\u001b", "é", "😀",
    ];

    /// <summary>A kubeconfig of any style with one to four accidents.</summary>
    private static readonly Gen<string> Spoiled = Gen.Select(KubeconfigStyles.Text, Gen.Select(Gen.Int[0, 5], Gen.Double.Unit, Gen.Double.Unit, Gen.Int[0, 1000].Select(i => Pieces[i % Pieces.Length])).Array[1, 4])
        .Select((text, accidents) => accidents.Aggregate(text, (now, accident) => Spoil(now, accident.Item1, accident.Item2, accident.Item3, accident.Item4)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_spoiled_text_is_refused_or_edited_without_loss(int part)
    {
        int edited = 0, refused = 0;
        Spoiled.Sample(
            text =>
            {
                string after;
                try
                {
                    after = KubeconfigDocument.Parse(text, "config").Upsert(Added);
                }
                catch (KubeconfigException exception)
                {
                    Interlocked.Increment(ref refused);
                    Assert.StartsWith("kubeconfig config", exception.Message, StringComparison.Ordinal);
                    return;
                }
                Interlocked.Increment(ref edited);
                KubeconfigDocument document = KubeconfigDocument.Parse(after, "config");
                Assert.Contains(document.Contexts, context => context.Name == Added.ContextName && context.Cluster == Added.ClusterName && context.User == Added.UserName);
                AssertOnlyAdded(text, after);
            },
            iter: Iterations);
        Assert.True(edited > Iterations / 20 && refused > Iterations / 20, $"part {part}: {edited} edited, {refused} refused");
    }

    private const int Iterations = 12_500;

    /// <summary>Every character of the former text is in the new one, in its order, but for an empty list or value that got its first entry.</summary>
    private static void AssertOnlyAdded(string before, string after)
    {
        int at = 0;
        string wanted = Empty().Replace(before, string.Empty), there = Empty().Replace(after, string.Empty);
        foreach (char c in there)
        {
            if (at < wanted.Length && wanted[at] == c)
                at++;
        }
        Assert.True(at == wanted.Length, $"lost from '{wanted[at..]}' on");
    }

    [GeneratedRegex(@"\[\s*\]|\{\s*\}|null|~|\s")]
    private static partial Regex Empty();

    private static string Spoil(string text, int kind, double at, double length, string piece)
    {
        int from = (int)(at * text.Length), count = (int)(length * Math.Min(40, text.Length - from));
        return kind switch
        {
            0 => text[..from],
            1 => text.Remove(from, count),
            2 => text.Insert(from, text.Substring(from, count)),
            3 => text.Insert((int)(length * text.Length), text.Substring(from, Math.Min(40, text.Length - from))),
            _ => text.Insert(from, piece),
        };
    }
}
