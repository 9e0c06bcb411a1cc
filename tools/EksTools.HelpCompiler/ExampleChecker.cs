using System.Management.Automation.Language;
using System.Text.RegularExpressions;

namespace EksTools.HelpCompiler;

/// <summary>Holds examples against the PowerShell parser and against the parameters that the module's cmdlets have.</summary>
internal sealed partial class ExampleChecker(IReadOnlyList<CmdletModel> cmdlets, List<HelpDiagnostic> diagnostics)
{
    public void Check(string file, HelpExample example)
    {
        if (string.IsNullOrWhiteSpace(example.Code))
        {
            Report(example.Line, HelpCodes.SectionMissing, "has no fenced powershell code.");
            return;
        }
        string[] lines = example.Code.Split('\n');
        if (Array.FindIndex(lines, line => Prompt().IsMatch(line)) is >= 0 and var prompt)
            Report(example.CodeLine + prompt, HelpCodes.ExampleWithPrompt, "shows a prompt ('PS>'), which is no code; leave it out.");
        ScriptBlockAst script = Parser.ParseInput(example.Code, out _, out ParseError[] errors);
        foreach (ParseError error in errors)
            Report(example.CodeLine + error.Extent.StartLineNumber - 1, HelpCodes.ExampleDoesNotParse, $"does not parse: {error.Message.ReplaceLineEndings(" ")}");
        foreach (CommandAst command in script.FindAll(ast => ast is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>())
        {
            string? name = command.GetCommandName()?.Split('\\')[^1];
            if (cmdlets.FirstOrDefault(cmdlet => string.Equals(cmdlet.Name, name, StringComparison.OrdinalIgnoreCase)) is not { } cmdlet)
                continue;
            foreach (CommandParameterAst parameter in command.CommandElements.OfType<CommandParameterAst>().Where(parameter => !cmdlet.Takes(parameter.ParameterName)))
                Report(example.CodeLine + parameter.Extent.StartLineNumber - 1, HelpCodes.ExampleParameterUnknown, $"gives {cmdlet.Name} a parameter -{parameter.ParameterName}, which it does not have.");
        }

        void Report(int line, string code, string message) => diagnostics.Add(new(file, line, code, $"'### {example.Title}' {message}"));
    }

    [GeneratedRegex(@"^\s*PS( [A-Za-z/~][^>]*)?> ?", RegexOptions.CultureInvariant)]
    private static partial Regex Prompt();
}
