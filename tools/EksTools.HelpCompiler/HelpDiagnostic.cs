namespace EksTools.HelpCompiler;

/// <summary>Something wrong with the help's sources, written as MSBuild reads it.</summary>
internal sealed record HelpDiagnostic(string File, int Line, string Code, string Message, bool IsWarning = false)
{
    public override string ToString() =>
        $"{File}{(Line > 0 ? $"({Line})" : "")}: {(IsWarning ? "warning" : "error")} {Code}: {Message}";
}

/// <summary>The codes of <see cref="HelpDiagnostic"/>.</summary>
internal static class HelpCodes
{
    public const string PageMissing = "EKSHELP001";
    public const string SectionMissing = "EKSHELP002";
    public const string ParameterWithoutProse = "EKSHELP003";
    public const string ParameterUnknown = "EKSHELP004";
    public const string ExampleDoesNotParse = "EKSHELP005";
    public const string ExampleParameterUnknown = "EKSHELP006";
    public const string PageWithoutCmdlet = "EKSHELP007";
    public const string HeadingUnknown = "EKSHELP008";
    public const string AboutTooWide = "EKSHELP009";
    public const string TitleWrong = "EKSHELP010";
    public const string ModuleUnreadable = "EKSHELP011";
    public const string ExampleWithPrompt = "EKSHELP012";
}
