using System.Globalization;

namespace EksTools.HelpCompiler;

/// <summary>Joins cmdlets with their pages and says what does not fit.</summary>
internal sealed class HelpMerger(IReadOnlyList<CmdletModel> cmdlets, HelpPage? shared, List<HelpDiagnostic> diagnostics)
{
    private static readonly Dictionary<string, string> Prose = new(StringComparer.OrdinalIgnoreCase)
    {
        ["WhatIf"] = "Shows what the command would do, and does nothing.",
        ["Confirm"] = "Asks before the command changes anything.",
    };

    private readonly HashSet<string> _sharedUsed = new(StringComparer.OrdinalIgnoreCase);
    private readonly ExampleChecker _examples = new(cmdlets, diagnostics);

    /// <summary>A cmdlet's help; what is missing is reported with the file and the heading that it should be under.</summary>
    public CommandHelp Merge(CmdletModel cmdlet, HelpPage page)
    {
        if (!string.Equals(page.Title, cmdlet.Name, StringComparison.Ordinal))
            Report(page.TitleLine, HelpCodes.TitleWrong, $"the title is '{page.Title}'; it must be '# {cmdlet.Name}'.");
        RequireProse(page.Synopsis, "SYNOPSIS");
        RequireProse(page.Description, "DESCRIPTION");
        if (page.Examples.Count == 0)
            Report(1, HelpCodes.SectionMissing, "'## EXAMPLES' holds no example; write at least one under '### Example 1: …'.");
        foreach (HelpExample example in page.Examples)
            _examples.Check(page.File, example);
        foreach (HelpTopic topic in page.Parameters.Where(topic => !cmdlet.Parameters.Any(parameter => string.Equals(parameter.Name, topic.Name, StringComparison.OrdinalIgnoreCase))))
            Report(topic.Line, HelpCodes.ParameterUnknown, $"'### -{topic.Name}': {cmdlet.Name} has no such parameter.");
        Dictionary<string, IReadOnlyList<string>> prose = cmdlet.Parameters.ToDictionary(
            parameter => parameter.Name, parameter => ProseOf(parameter), StringComparer.OrdinalIgnoreCase);
        return new CommandHelp(cmdlet, page, prose);

        IReadOnlyList<string> ProseOf(ParameterModel parameter)
        {
            HelpTopic? own = page.Parameter(parameter.Name), common = shared?.Parameter(parameter.Name);
            if (common is not null)
                _sharedUsed.Add(common.Name);
            HelpTopic? topic = own ?? common;
            List<string> paragraphs = topic?.Paragraphs ?? (Prose.TryGetValue(parameter.Name, out string? known) ? [known] : []);
            if (paragraphs.Count == 0)
                Report(own?.Line ?? 1, HelpCodes.ParameterWithoutProse, $"-{parameter.Name} of {cmdlet.Name} has no prose; write it under '### -{parameter.Name}'{(shared is null ? "" : $" here or in {Path.GetFileName(shared.File)}")}.");
            return [.. paragraphs, .. Constraints(parameter)];
        }

        void RequireProse(List<string> section, string name)
        {
            if (section.Count == 0)
                Report(1, HelpCodes.SectionMissing, $"'## {name}' is missing or empty.");
        }

        void Report(int line, string code, string message) => diagnostics.Add(new(page.File, line, code, message));
    }

    /// <summary>Reports shared prose that no cmdlet uses. Call after all cmdlets are merged.</summary>
    public void CheckShared()
    {
        foreach (HelpTopic topic in shared?.Parameters.Where(topic => !_sharedUsed.Contains(topic.Name)) ?? [])
            diagnostics.Add(new(shared!.File, topic.Line, HelpCodes.ParameterUnknown, $"'### -{topic.Name}': no cmdlet has such a parameter."));
    }

    private static IEnumerable<string> Constraints(ParameterModel parameter)
    {
        if (parameter.AcceptedValues.Count > 0)
            yield return $"Accepted values: {string.Join(", ", parameter.AcceptedValues)}.";
        if (parameter.Range is { } range)
            yield return string.Create(CultureInfo.InvariantCulture, $"Accepted range: {range.Low} to {range.High}.");
    }
}
