using YamlDotNet.Core;

namespace EksTools.Core.Yaml;

/// <summary>A YAML node with its place in the text: [Start, End) covers its own characters and no line break or comment after them.</summary>
internal abstract class TextNode
{
    public required int Start { get; init; }

    public required int End { get; init; }

    /// <summary>Whether an anchor, an alias or a tag is on the node: editing it could change text that lies elsewhere.</summary>
    public bool IsDecorated { get; init; }

    /// <summary>Whether this node or one below is decorated.</summary>
    public abstract bool HasDecoration { get; }

    /// <summary>The tag on the node, "" for none.</summary>
    public string Tag { get; init; } = "";

    /// <summary>The anchor on the node, or the one that an alias names; "" for none.</summary>
    public string Anchor { get; init; } = "";
}

internal sealed class TextScalar : TextNode
{
    public required string Value { get; init; }

    public required ScalarStyle Style { get; init; }

    public override bool HasDecoration => IsDecorated;

    /// <summary>Whether a tag says that the scalar is text: !!str, or one of the text's own (!x).</summary>
    public bool IsTaggedText => Tag.Length > 0 && (Tag == "tag:yaml.org,2002:str" || !Tag.StartsWith("tag:yaml.org,2002:", StringComparison.Ordinal));

    /// <summary>Null in any of YAML's spellings.</summary>
    public bool IsNull => Style == ScalarStyle.Plain && Value is "" or "~" or "null" or "Null" or "NULL";
}

internal sealed class TextSequence : TextNode
{
    public required IReadOnlyList<TextNode> Items { get; init; }

    public required bool IsFlow { get; init; }

    public override bool HasDecoration => IsDecorated || Items.Any(item => item.HasDecoration);
}

internal sealed class TextMapping : TextNode
{
    public required IReadOnlyList<TextPair> Pairs { get; init; }

    public required bool IsFlow { get; init; }

    public override bool HasDecoration => IsDecorated || Pairs.Any(pair => pair.Key.HasDecoration || pair.Value.HasDecoration);

    public TextPair? Find(string key) => Pairs.FirstOrDefault(pair => pair.Key is TextScalar scalar && scalar.Value == key);
}

/// <summary>A key and its value. <paramref name="Colon"/> is the colon's place, or -1 where there is none or the key is written with "?".</summary>
internal sealed record TextPair(TextNode Key, TextNode Value, int Colon)
{
    public int End => Math.Max(Math.Max(Key.End, Colon + 1), Value.End);
}

/// <summary>Stands for an alias (*name); <see cref="Target"/> is what it means.</summary>
internal sealed class TextAlias : TextNode
{
    public required TextNode Target { get; init; }

    public override bool HasDecoration => true;
}
