using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace EksTools.HelpCompiler;

/// <summary>Turns Markdown into the plain paragraphs that Get-Help shows.</summary>
internal static class MarkdownProse
{
    /// <summary>A block's paragraphs; list items keep their bullets.</summary>
    public static IEnumerable<string> Paragraphs(Block block) => block switch
    {
        ParagraphBlock paragraph => [Text(paragraph.Inline)],
        HeadingBlock heading => [Text(heading.Inline)],
        CodeBlock code => [Code(code)], // Get-Help trims a paragraph, so the first line could not be indented.
        ListBlock list => [string.Join('\n', list.OfType<ListItemBlock>().Select((item, index) => ListItem(list, item, index)))],
        Table table => [string.Join('\n', table.OfType<TableRow>().Select(Row))],
        ContainerBlock container => container.SelectMany(Paragraphs),
        _ => [],
    };

    /// <summary>A code block's text.</summary>
    public static string Code(CodeBlock code) => code.Lines.ToString();

    /// <summary>The text of inlines: code without backticks, links with their address.</summary>
    public static string Text(ContainerInline? container)
    {
        StringBuilder builder = new();
        foreach (Inline inline in container ?? Enumerable.Empty<Inline>())
        {
            builder = inline switch
            {
                LiteralInline literal => builder.Append(literal.Content.AsSpan()),
                CodeInline code => builder.Append(code.Content),
                LineBreakInline { IsHard: true } => builder.Append('\n'),
                LineBreakInline => builder.Append(' '),
                AutolinkInline link => builder.Append(link.Url),
                HtmlEntityInline entity => builder.Append(entity.Transcoded.AsSpan()),
                LinkInline link => builder.Append(Link(link)),
                ContainerInline inner => builder.Append(Text(inner)),
                _ => builder,
            };
        }
        return builder.ToString().Trim();
    }

    private static string Link(LinkInline link)
    {
        string text = Text((ContainerInline)link);
        return link.Url is { Length: > 0 } url && url.Contains("://", StringComparison.Ordinal) && url != text ? $"{text} ({url})" : text;
    }

    private static string ListItem(ListBlock list, ListItemBlock item, int index)
    {
        string bullet = list.IsOrdered ? $"{index + 1}. " : "- ";
        return Indent(string.Join('\n', item.SelectMany(Paragraphs)), bullet, new string(' ', bullet.Length));
    }

    private static string Row(TableRow row) => string.Join(" | ", row.OfType<TableCell>().Select(cell => string.Join(' ', cell.SelectMany(Paragraphs))));

    private static string Indent(string text, string first, string others) => first + text.Replace("\n", "\n" + others, StringComparison.Ordinal);
}
