namespace EksTools.Core.Yaml;

/// <summary>What is wrong with a YAML text.</summary>
internal enum YamlTextFault
{
    /// <summary>The text is no YAML.</summary>
    Syntax,

    /// <summary>The text is YAML that cannot be understood or edited safely.</summary>
    Unsafe,

    /// <summary>The text has a second document.</summary>
    SecondDocument,
}

/// <summary>A YAML text that cannot be read or edited. Who owns the text says which one it is.</summary>
/// <param name="kind">What is wrong.</param>
/// <param name="line">Line, from 1.</param>
/// <param name="column">Column, from 1.</param>
/// <param name="problem">What is wrong, without the place.</param>
/// <param name="inner">The cause, when there is one.</param>
internal sealed class YamlTextException(YamlTextFault kind, int line, int column, string problem, Exception? inner = null)
    : Exception($"line {line}, column {column}: {problem}", inner)
{
    /// <summary>What is wrong.</summary>
    public YamlTextFault Kind { get; } = kind;

    /// <summary>Line, from 1.</summary>
    public int Line { get; } = line;

    /// <summary>Column, from 1.</summary>
    public int Column { get; } = column;

    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; } = problem;
}
