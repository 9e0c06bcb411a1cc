using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EksTools.Core.Yaml;

/// <summary>What a reader lets pass.</summary>
[Flags]
internal enum YamlReading
{
    /// <summary>One document, and no key twice in a mapping.</summary>
    Strict = 0,

    /// <summary>The first document is read, and what follows it is not looked at: so does Go's yaml.Unmarshal.</summary>
    FirstDocument = 1,

    /// <summary>A mapping may name a key twice.</summary>
    RepeatedKeys = 2,
}

/// <summary>
/// Reads one YAML document into nodes that know where they stand. YamlDotNet's End mark is right for scalars only: a block
/// collection's lies wherever the scanner had got to, a flow collection's before its closing bracket.
/// </summary>
internal sealed class TextNodeReader
{
    private const int MaxDepth = 64;

    private readonly string _text;
    private readonly YamlReading _reading;
    private readonly int _offset;
    private readonly Parser _parser;
    private readonly Dictionary<string, TextNode> _anchors = new(StringComparer.Ordinal);

    private TextNodeReader(string text, YamlReading reading)
    {
        _text = text;
        _reading = reading;
        _offset = text.StartsWith('\uFEFF') ? 1 : 0; // A BOM would become part of the first key.
        _parser = new Parser(new StringReader(text[_offset..]));
    }

    /// <summary>The document's root, or null when the text holds nothing but white space and comments.</summary>
    /// <exception cref="YamlTextException">The text is not one YAML document, or a mapping names a key twice.</exception>
    public static TextNode? Read(string text, YamlReading reading = YamlReading.Strict) => new TextNodeReader(text, reading).ReadDocument();

    private TextNode? ReadDocument()
    {
        if (_text.AsSpan().IndexOfAny('\u0085', '\u2028', '\u2029') is >= 0 and var odd)
            throw Fault(odd, $"the character U+{(int)_text[odd]:X4} breaks lines for some YAML readers and not for others; remove it.");
        try
        {
            _parser.Consume<StreamStart>();
            if (_parser.TryConsume<StreamEnd>(out _))
                return null;
            _parser.Consume<DocumentStart>();
            TextNode root = ReadNode(0);
            _parser.Consume<DocumentEnd>();
            if (!_reading.HasFlag(YamlReading.FirstDocument))
            {
                if (_parser.TryConsume<DocumentStart>(out DocumentStart? second))
                    throw Fault((int)second.Start.Index + _offset, "a second YAML document begins here", YamlTextFault.SecondDocument);
                _parser.Consume<StreamEnd>();
            }
            return root is TextScalar { Value.Length: 0, Style: ScalarStyle.Plain } ? null : root;
        }
        catch (YamlException exception)
        {
            throw new YamlTextException(YamlTextFault.Syntax, (int)exception.Start.Line, (int)exception.Start.Column, exception.Message.TrimEnd('.'), exception);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // YamlDotNet's scanner has states for broken texts that it did not foresee.
            throw Fault(_parser.Current is { } last ? Index(last.End) : _offset, "What follows cannot be read", YamlTextFault.Syntax);
        }
        catch (Exception exception) when (exception is InvalidOperationException or InvalidCastException)
        {
            // YamlDotNet's scanner throws this for some texts that are not YAML, such as a flow collection that never ends.
            throw Fault(_parser.Current is { } last ? Index(last.End) : _offset, "the text that begins here is not valid YAML.");
        }
    }

    private TextNode ReadNode(int depth)
    {
        if (depth > MaxDepth)
            throw Fault(Index(_parser.Current!.Start), $"the YAML is nested deeper than {MaxDepth} levels.");
        if (_parser.TryConsume<AnchorAlias>(out AnchorAlias? alias))
        {
            int start = Index(alias.Start);
            if (!_anchors.TryGetValue(alias.Value.Value, out TextNode? target))
                throw Fault(start, $"the alias *{alias.Value.Value} names no anchor above it.");
            return new TextAlias { Start = start, End = Index(alias.End), Target = target, Anchor = alias.Value.Value };
        }
        if (_parser.Current is not NodeEvent head) // YamlDotNet ends a mapping after a key in some texts that are none.
            throw Fault(Index(_parser.Current!.Start), "Did not find a value", YamlTextFault.Syntax);
        TextNode node = head switch
        {
            Scalar => ReadScalar(),
            SequenceStart => ReadSequence(depth),
            _ => ReadMapping(depth),
        };
        if (!head.Anchor.IsEmpty)
            _anchors[head.Anchor.Value] = node;
        return node;
    }

    private TextScalar ReadScalar()
    {
        Scalar scalar = _parser.Consume<Scalar>();
        int start = Index(scalar.Start), end = Index(scalar.End);
        if (scalar.Style is ScalarStyle.Literal or ScalarStyle.Folded)
        {
            while (end > start && _text[end - 1] is ' ' or '\t' or '\r' or '\n')
                end--; // A block scalar's mark lies after the blank lines that follow it.
        }
        return new TextScalar { Start = start, End = end, Value = scalar.Value, Style = scalar.Style, IsDecorated = Decorated(scalar), Tag = TagOf(scalar), Anchor = AnchorOf(scalar) };
    }

    private TextSequence ReadSequence(int depth)
    {
        SequenceStart head = _parser.Consume<SequenceStart>();
        List<TextNode> items = [];
        SequenceEnd tail;
        while (!_parser.TryConsume(out tail!))
            items.Add(ReadNode(depth + 1));
        bool flow = head.Style == SequenceStyle.Flow;
        int start = Index(head.Start);
        int end = flow ? Index(tail.Start) + 1 : Math.Max(start + 1, items.Count > 0 ? items[^1].End : 0);
        return new TextSequence { Start = start, End = end, Items = items, IsFlow = flow, IsDecorated = Decorated(head), Tag = TagOf(head), Anchor = AnchorOf(head) };
    }

    private TextMapping ReadMapping(int depth)
    {
        MappingStart head = _parser.Consume<MappingStart>();
        bool flow = head.Style == MappingStyle.Flow;
        List<TextPair> pairs = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        MappingEnd tail;
        while (!_parser.TryConsume(out tail!))
        {
            TextNode key = ReadNode(depth + 1);
            if (!_reading.HasFlag(YamlReading.RepeatedKeys) && key is TextScalar scalar && !seen.Add(scalar.Value))
                throw Fault(key.Start, $"the key '{scalar.Value}' is there twice in one mapping; remove one of them.");
            TextNode value = ReadNode(depth + 1);
            int colon = FindColon(key.End, flow);
            if (value is TextScalar { Style: ScalarStyle.Plain, Value.Length: 0, IsDecorated: false } empty)
            {
                int at = colon < 0 ? key.End : colon + 1;
                value = new TextScalar { Start = at, End = at, Value = empty.Value, Style = empty.Style };
            }
            pairs.Add(new TextPair(key, value, colon));
        }
        int start = Index(head.Start);
        int end = flow ? Index(tail.Start) + 1 : pairs.Count > 0 ? pairs[^1].End : start;
        return new TextMapping { Start = start, End = end, Pairs = pairs, IsFlow = flow, IsDecorated = Decorated(head), Tag = TagOf(head), Anchor = AnchorOf(head) };
    }

    private int FindColon(int from, bool flow)
    {
        int i = from;
        while (i < _text.Length && (_text[i] is ' ' or '\t' || (flow && _text[i] is '\r' or '\n')))
            i++;
        return i < _text.Length && _text[i] == ':' ? i : -1;
    }

    private int Index(Mark mark) => Math.Min((int)mark.Index + _offset, _text.Length);

    private static bool Decorated(NodeEvent node) => !node.Anchor.IsEmpty || !node.Tag.IsEmpty;

    private static string TagOf(NodeEvent node) => node.Tag.IsEmpty ? "" : node.Tag.IsNonSpecific ? "!" : node.Tag.Value;

    private static string AnchorOf(NodeEvent node) => node.Anchor.IsEmpty ? "" : node.Anchor.Value;

    private YamlTextException Fault(int at, string problem, YamlTextFault kind = YamlTextFault.Unsafe)
    {
        (int line, int column) = TextPlace.LineAndColumn(_text, at);
        return new YamlTextException(kind, line, column, problem);
    }
}
