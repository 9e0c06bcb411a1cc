namespace EksTools.Core.Access.Mappings;

/// <summary>An edit of aws-auth that cannot be made safely. Nothing was changed.</summary>
/// <param name="key">mapRoles, mapUsers or mapAccounts.</param>
/// <param name="line">Where in the value, from 1; 0 when the problem has no place.</param>
/// <param name="column">Where in the line, from 1; 0 when the problem has no place.</param>
/// <param name="problem">What is wrong and what to do, without the place.</param>
/// <param name="inner">The cause, when there is one.</param>
internal sealed class AwsAuthException(string key, int line, int column, string problem, Exception? inner = null)
    : Exception(line > 0 ? $"aws-auth, {key}, line {line}, column {column}: {problem}" : $"aws-auth, {key}: {problem}", inner)
{
    /// <summary>mapRoles, mapUsers or mapAccounts.</summary>
    public string Key { get; } = key;

    /// <summary>Where in the value, from 1; 0 when the problem has no place.</summary>
    public int Line { get; } = line;

    /// <summary>Where in the line, from 1; 0 when the problem has no place.</summary>
    public int Column { get; } = column;

    /// <summary>What is wrong and what to do, without the place.</summary>
    public string Problem { get; } = problem;
}
