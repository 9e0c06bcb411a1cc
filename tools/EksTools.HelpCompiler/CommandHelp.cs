namespace EksTools.HelpCompiler;

/// <summary>A cmdlet with its prose: all that its help shows.</summary>
internal sealed record CommandHelp(CmdletModel Cmdlet, HelpPage Page, IReadOnlyDictionary<string, IReadOnlyList<string>> ParameterProse);
