namespace EksTools.HelpCompiler;

/// <summary>The prose of one cmdlet.</summary>
internal sealed record HelpPage
{
    public required string File { get; init; }

    public string Title { get; set; } = "";

    public int TitleLine { get; set; } = 1;

    public List<string> Synopsis { get; } = [];

    public List<string> Description { get; } = [];

    public List<HelpExample> Examples { get; } = [];

    public List<HelpTopic> Parameters { get; } = [];

    public List<HelpTopic> Inputs { get; } = [];

    public List<HelpTopic> Outputs { get; } = [];

    public List<string> Notes { get; } = [];

    public List<HelpLink> Links { get; } = [];

    public HelpTopic? Parameter(string name) => Parameters.FirstOrDefault(topic => string.Equals(topic.Name, name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A named piece of prose: a parameter (without its dash) or a type.</summary>
internal sealed record HelpTopic(string Name, int Line, List<string> Paragraphs);

/// <summary>An example: code that must parse, and what is to be said about it.</summary>
internal sealed record HelpExample(string Title, int Line)
{
    public string Code { get; set; } = "";

    /// <summary>The line of the code's first line; 0 without code.</summary>
    public int CodeLine { get; set; }

    public List<string> Remarks { get; } = [];
}

/// <summary>A related link; a cmdlet's name has no address.</summary>
internal sealed record HelpLink(string Text, string Uri);
