using EksTools.Findings;

namespace EksTools.Core.LoadBalancing.Values;

/// <summary>What is wrong with a value.</summary>
/// <param name="Severity">An error where the controller or ELB fails.</param>
/// <param name="Message">A clause that completes "the value ...".</param>
/// <param name="Suggestion">A value that would do; null where none is known.</param>
internal sealed record ValueProblem(EksFindingSeverity Severity, string Message, string? Suggestion = null)
{
    public static ValueProblem Error(string message, string? suggestion = null) => new(EksFindingSeverity.Error, message, suggestion);

    public static ValueProblem Warning(string message, string? suggestion = null) => new(EksFindingSeverity.Warning, message, suggestion);
}
