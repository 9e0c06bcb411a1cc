namespace EksTools.HelpCompiler;

/// <summary>What a cmdlet's class says about it.</summary>
internal sealed record CmdletModel(
    string Verb,
    string Noun,
    bool SupportsShouldProcess,
    IReadOnlyList<ParameterModel> Parameters,
    IReadOnlyList<SyntaxModel> Syntaxes,
    IReadOnlyList<Type> OutputTypes,
    string? HelpUri)
{
    public string Name => $"{Verb}-{Noun}";

    /// <summary>Whether the cmdlet takes a parameter of this name, alias or unambiguous beginning, its own or one of PowerShell's common ones.</summary>
    public bool Takes(string parameter)
    {
        string[] names = [.. Parameters.Select(own => own.Name), .. PowerShellCommonParameters];
        if (names.Contains(parameter, StringComparer.OrdinalIgnoreCase)
            || Parameters.Any(own => own.Aliases.Contains(parameter, StringComparer.OrdinalIgnoreCase))
            || CommonAliases.Contains(parameter, StringComparer.OrdinalIgnoreCase))
            return true;
        return names.Concat(Parameters.SelectMany(own => own.Aliases)).Count(name => name.StartsWith(parameter, StringComparison.OrdinalIgnoreCase)) == 1;
    }

    private static readonly string[] PowerShellCommonParameters =
    [
        .. System.Management.Automation.Cmdlet.CommonParameters,
    ];

    private static readonly string[] CommonAliases = ["vb", "db", "ea", "wa", "infa", "ev", "wv", "iv", "ov", "ob", "pv", "proga", "wi", "cf"];
}

/// <summary>A parameter, the same in all sets.</summary>
internal sealed record ParameterModel(
    string Name,
    Type Type,
    IReadOnlyList<string> Aliases,
    string? Default,
    IReadOnlyList<string> AcceptedValues,
    (string Low, string High)? Range,
    bool SupportsWildcards,
    ParameterUse Use)
{
    public bool IsSwitch => Type == typeof(System.Management.Automation.SwitchParameter);
}

/// <summary>How a parameter is used in one set.</summary>
internal sealed record ParameterUse(bool IsMandatory, int? Position, bool ByValue, bool ByPropertyName)
{
    /// <summary>MAML's words for pipeline input.</summary>
    public string PipelineInput => (ByValue, ByPropertyName) switch
    {
        (true, true) => "True (ByPropertyName, ByValue)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };
}

/// <summary>One parameter set.</summary>
internal sealed record SyntaxModel(string Name, IReadOnlyList<(ParameterModel Parameter, ParameterUse Use)> Parameters);
