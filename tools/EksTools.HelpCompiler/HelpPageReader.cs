using Markdig;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace EksTools.HelpCompiler;

/// <summary>Reads a page whose headings are those of platyPS 2, so that people may edit it with that tool too.</summary>
internal sealed class HelpPageReader
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UseYamlFrontMatter().UsePipeTables().Build();

    /// <summary>Headings that platyPS writes and that the classes themselves answer.</summary>
    private static readonly HashSet<string> Generated = new(StringComparer.OrdinalIgnoreCase) { "SYNTAX", "ALIASES" };

    private readonly HelpPage _page;
    private readonly List<HelpDiagnostic> _diagnostics;
    private string _section = "";
    private List<string>? _prose;

    private HelpPageReader(string file, List<HelpDiagnostic> diagnostics)
    {
        _page = new HelpPage { File = file };
        _diagnostics = diagnostics;
    }

    /// <summary>Reads a page; what its headings do wrong goes to <paramref name="diagnostics"/>.</summary>
    public static HelpPage Read(string file, string markdown, List<HelpDiagnostic> diagnostics)
    {
        HelpPageReader reader = new(file, diagnostics);
        foreach (Block block in Markdown.Parse(markdown, Pipeline))
            reader.Take(block);
        return reader._page;
    }

    private void Take(Block block)
    {
        switch (block)
        {
            case YamlFrontMatterBlock or LinkReferenceDefinitionGroup or HtmlBlock:
                break; // Metadata, and comments.
            case HeadingBlock { Level: 1 } title:
                _page.Title = MarkdownProse.Text(title.Inline);
                _page.TitleLine = title.Line + 1;
                _prose = null;
                break;
            case HeadingBlock { Level: 2 } heading:
                BeginSection(MarkdownProse.Text(heading.Inline), heading.Line + 1);
                break;
            case HeadingBlock { Level: 3 } heading:
                BeginTopic(MarkdownProse.Text(heading.Inline), heading.Line + 1);
                break;
            case FencedCodeBlock { Info: "yaml" } when _section == "PARAMETERS":
                break; // platyPS repeats the attributes here.
            case FencedCodeBlock code when _section == "EXAMPLES" && _page.Examples.Count > 0 && IsPowerShell(code) && _page.Examples[^1].CodeLine == 0:
                _page.Examples[^1].Code = MarkdownProse.Code(code);
                _page.Examples[^1].CodeLine = code.Line + 2;
                break;
            case var links when _section == "RELATED LINKS":
                TakeLinks(links);
                break;
            default:
                _prose?.AddRange(MarkdownProse.Paragraphs(block));
                break;
        }
    }

    private void BeginSection(string name, int line)
    {
        _section = name.ToUpperInvariant();
        _prose = _section switch
        {
            "SYNOPSIS" => _page.Synopsis,
            "DESCRIPTION" => _page.Description,
            "NOTES" => _page.Notes,
            _ => null,
        };
        if (_prose is null && _section is not ("EXAMPLES" or "PARAMETERS" or "INPUTS" or "OUTPUTS" or "RELATED LINKS") && !Generated.Contains(_section))
        {
            _diagnostics.Add(new(_page.File, line, HelpCodes.HeadingUnknown,
                $"'## {name}' is no help section; they are SYNOPSIS, DESCRIPTION, EXAMPLES, PARAMETERS, INPUTS, OUTPUTS, NOTES and RELATED LINKS."));
        }
    }

    private void BeginTopic(string name, int line)
    {
        _prose = null;
        switch (_section)
        {
            case "EXAMPLES":
                HelpExample example = new(name, line);
                _page.Examples.Add(example);
                _prose = example.Remarks;
                break;
            case "PARAMETERS" when name.StartsWith('-'):
                _prose = Add(_page.Parameters, name[1..].Trim(), line);
                break;
            case "PARAMETERS" when name.Equals("CommonParameters", StringComparison.OrdinalIgnoreCase):
                break;
            case "" when name.StartsWith('-'): // CommonParameters.md needs no section.
                _prose = Add(_page.Parameters, name[1..].Trim(), line);
                break;
            case "INPUTS":
                _prose = Add(_page.Inputs, name, line);
                break;
            case "OUTPUTS":
                _prose = Add(_page.Outputs, name, line);
                break;
            case var section when Generated.Contains(section):
                break;
            default:
                _diagnostics.Add(new(_page.File, line, HelpCodes.HeadingUnknown, $"'### {name}' does not belong here; a parameter's heading is '### -Name' under '## PARAMETERS'."));
                break;
        }
    }

    private List<string> Add(List<HelpTopic> topics, string name, int line)
    {
        HelpTopic topic = new(name, line, []);
        if (topics.Any(other => string.Equals(other.Name, name, StringComparison.OrdinalIgnoreCase)))
            _diagnostics.Add(new(_page.File, line, HelpCodes.HeadingUnknown, $"'{name}' is described twice."));
        topics.Add(topic);
        return topic.Paragraphs;
    }

    private void TakeLinks(Block block)
    {
        LinkInline[] links = [.. block.Descendants<LinkInline>()];
        foreach (LinkInline link in links)
            _page.Links.Add(new(MarkdownProse.Text(link), link.Url ?? ""));
        if (links.Length == 0)
            _page.Links.AddRange(MarkdownProse.Paragraphs(block).SelectMany(paragraph => paragraph.Split('\n')).Select(line => new HelpLink(line.TrimStart('-', ' '), "")));
    }

    private static bool IsPowerShell(FencedCodeBlock code) => (code.Info ?? "").ToUpperInvariant() is "" or "POWERSHELL" or "PWSH" or "PS1";
}
