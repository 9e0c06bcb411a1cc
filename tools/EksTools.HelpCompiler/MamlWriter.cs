using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace EksTools.HelpCompiler;

/// <summary>Writes help as MAML, which Get-Help reads.</summary>
internal static class MamlWriter
{
    private static readonly XNamespace HelpItems = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>The document's bytes: UTF-8, LF.</summary>
    public static byte[] Write(IEnumerable<CommandHelp> commands)
    {
        XElement root = new(HelpItems + "helpItems", new XAttribute("schema", "maml"), commands.Select(WriteCommand));
        using MemoryStream stream = new();
        using (XmlWriter writer = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n" }))
            new XDocument(root).Save(writer);
        return [.. stream.ToArray(), (byte)'\n'];
    }

    private static XElement WriteCommand(CommandHelp help) => new(Command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Maml),
        new XAttribute(XNamespace.Xmlns + "command", Command),
        new XAttribute(XNamespace.Xmlns + "dev", Dev),
        new XElement(Command + "details",
            new XElement(Command + "name", help.Cmdlet.Name),
            new XElement(Command + "verb", help.Cmdlet.Verb),
            new XElement(Command + "noun", help.Cmdlet.Noun),
            Description(help.Page.Synopsis)),
        Description(help.Page.Description),
        new XElement(Command + "syntax", help.Cmdlet.Syntaxes.Select(syntax => new XElement(Command + "syntaxItem",
            new XElement(Maml + "name", help.Cmdlet.Name),
            syntax.Parameters.Select(pair => Parameter(help, pair.Parameter, pair.Use, inSyntax: true))))),
        new XElement(Command + "parameters", help.Cmdlet.Parameters.Select(parameter => Parameter(help, parameter, parameter.Use, inSyntax: false))),
        new XElement(Command + "inputTypes", Inputs(help).Select(topic => TypeEntry("inputType", topic))),
        new XElement(Command + "returnValues", Outputs(help).Select(topic => TypeEntry("returnValue", topic))),
        help.Page.Notes.Count == 0 ? null : new XElement(Maml + "alertSet", new XElement(Maml + "alert", Paragraphs(help.Page.Notes))),
        new XElement(Command + "examples", help.Page.Examples.Select(Example)),
        new XElement(Command + "relatedLinks", Links(help).Select(link => new XElement(Maml + "navigationLink",
            new XElement(Maml + "linkText", link.Text),
            new XElement(Maml + "uri", link.Uri)))));

    private static XElement Parameter(CommandHelp help, ParameterModel parameter, ParameterUse use, bool inSyntax)
    {
        XElement element = new(Command + "parameter",
            new XAttribute("required", Bool(use.IsMandatory)),
            new XAttribute("variableLength", Bool(parameter.Type.IsArray)),
            new XAttribute("globbing", Bool(parameter.SupportsWildcards)),
            new XAttribute("pipelineInput", use.PipelineInput),
            new XAttribute("position", use.Position?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "named"),
            new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
            new XElement(Maml + "name", parameter.Name),
            Description(help.ParameterProse[parameter.Name]));
        if (inSyntax && parameter.AcceptedValues.Count > 0)
        {
            element.Add(new XElement(Command + "parameterValueGroup",
                parameter.AcceptedValues.Select(value => Value(value, required: false, variable: false))));
        }
        if (!inSyntax || !parameter.IsSwitch)
            element.Add(Value(TypeNames.Short(parameter.Type), required: !parameter.IsSwitch, variable: parameter.Type.IsArray));
        element.Add(
            new XElement(Dev + "type", new XElement(Maml + "name", TypeNames.Short(parameter.Type)), new XElement(Maml + "uri")),
            new XElement(Dev + "defaultValue", parameter.Default ?? "None"));
        return element;
    }

    private static XElement Value(string text, bool required, bool variable) => new(Command + "parameterValue",
        new XAttribute("required", Bool(required)), new XAttribute("variableLength", Bool(variable)), text);

    private static XElement Example(HelpExample example) => new(Command + "example",
        new XElement(Maml + "title", $"---- {example.Title} ----"),
        new XElement(Dev + "code", example.Code),
        new XElement(Dev + "remarks", Paragraphs(example.Remarks)));

    private static XElement TypeEntry(string name, HelpTopic topic) => new(Command + name,
        new XElement(Dev + "type", new XElement(Maml + "name", topic.Name), new XElement(Maml + "uri")),
        Description(topic.Paragraphs));

    /// <summary>The page's inputs; without any, the types that the pipeline binds by value.</summary>
    private static IEnumerable<HelpTopic> Inputs(CommandHelp help) => help.Page.Inputs.Count > 0 ? help.Page.Inputs
        : help.Cmdlet.Parameters.Where(parameter => parameter.Use.ByValue).Select(parameter => new HelpTopic(TypeNames.Full(parameter.Type), 0, [$"You can pipe values for -{parameter.Name}."]));

    /// <summary>What [OutputType] names, with the page's prose for each; then what only the page names.</summary>
    private static IEnumerable<HelpTopic> Outputs(CommandHelp help)
    {
        List<HelpTopic> rest = [.. help.Page.Outputs];
        foreach (Type type in help.Cmdlet.OutputTypes)
        {
            HelpTopic? prose = rest.FirstOrDefault(topic => topic.Name == TypeNames.Full(type) || topic.Name == TypeNames.Short(type));
            if (prose is not null)
                rest.Remove(prose);
            yield return new HelpTopic(TypeNames.Full(type), 0, prose?.Paragraphs ?? []);
        }
        foreach (HelpTopic topic in rest)
            yield return topic;
    }

    /// <summary>The online page comes first: Get-Help -Online opens the first address.</summary>
    private static List<HelpLink> Links(CommandHelp help) =>
        help.Cmdlet.HelpUri is { } uri && help.Page.Links.All(link => link.Uri != uri) ? [new HelpLink("Online version", uri), .. help.Page.Links] : help.Page.Links;

    private static XElement Description(IEnumerable<string> paragraphs) => new(Maml + "description", Paragraphs(paragraphs));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> paragraphs) => paragraphs.Select(paragraph => new XElement(Maml + "para", paragraph));

    private static string Bool(bool value) => value ? "true" : "false";
}
