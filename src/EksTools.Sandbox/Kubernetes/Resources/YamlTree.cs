using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EksTools.Sandbox.Kubernetes.Resources;

/// <summary>A node of a YAML document, as its text has it: nothing is resolved, and a key that stands twice stands twice.</summary>
internal abstract record YamlTree
{
    private const int MaxDepth = 1000;

    /// <summary>The first document; null when there is none.</summary>
    /// <exception cref="YamlException">The text is no YAML 1.1.</exception>
    public static YamlTree? Read(string text)
    {
        // What libyaml and its Go port refuse before they parse.
        var bad = text.EnumerateRunes().FirstOrDefault(rune => rune.Value is < 0x20 and not ('\t' or '\n' or '\r') or (>= 0x7F and < 0xA0 and not 0x85) or 0xFFFE or 0xFFFF);
        if (bad != default || text.Contains('\0', StringComparison.Ordinal))
        {
            throw new YamlException($"control characters are not allowed: U+{bad.Value:X4}");
        }

        var parser = new Parser(new StringReader(text.TrimStart('\uFEFF')));
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _))
        {
            return null;
        }

        if (parser.Consume<DocumentStart>().Version is { Version: not { Major: 1, Minor: 1 } })
        {
            throw new YamlException("found incompatible YAML document");
        }

        return Read(parser, new Dictionary<AnchorName, YamlTree>(), 0);
    }

    private static YamlTree Read(Parser parser, Dictionary<AnchorName, YamlTree> anchors, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new YamlException("exceeded max depth");
        }

        var start = parser.Consume<ParsingEvent>();
        if (start is AnchorAlias alias)
        {
            return anchors.GetValueOrDefault(alias.Value) ?? throw new YamlException($"unknown anchor '{alias.Value}' referenced");
        }

        YamlTree node;
        switch (start)
        {
            case Scalar scalar:
                node = new YamlScalar(scalar.Value, scalar.Style == ScalarStyle.Plain, scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific ? "" : scalar.Tag.Value);
                break;
            case SequenceStart:
                var items = new List<YamlTree>();
                while (!parser.TryConsume<SequenceEnd>(out _))
                {
                    items.Add(Read(parser, anchors, depth + 1));
                }

                node = new YamlList(items);
                break;
            case MappingStart:
                var pairs = new List<(YamlTree, YamlTree)>();
                while (!parser.TryConsume<MappingEnd>(out _))
                {
                    var key = Read(parser, anchors, depth + 1);
                    pairs.Add((key, Read(parser, anchors, depth + 1)));
                }

                node = new YamlMap(pairs);
                break;
            default:
                throw new YamlException($"unexpected {start.GetType().Name}");
        }

        if (start is NodeEvent { Anchor.IsEmpty: false } anchored)
        {
            anchors[anchored.Anchor] = node;
        }

        return node;
    }
}

/// <summary>A scalar.</summary>
/// <param name="IsPlain">Neither quoted nor a block.</param>
/// <param name="Tag">In full; empty when the text has none.</param>
internal sealed record YamlScalar(string Value, bool IsPlain, string Tag) : YamlTree;

/// <summary>A sequence.</summary>
internal sealed record YamlList(IReadOnlyList<YamlTree> Items) : YamlTree;

/// <summary>A mapping, its pairs in the order of the text.</summary>
internal sealed record YamlMap(IReadOnlyList<(YamlTree Key, YamlTree Value)> Pairs) : YamlTree;
