namespace EksTools.Core.Findings;

/// <summary>What a command that a finding advises does.</summary>
internal static class AdviceCommand
{
    private static readonly string[] Asking = ["describe", "get", "list"];

    /// <summary>Whether a command line only shows something and changes nothing: <c>aws SERVICE describe-…</c>, <c>kubectl get</c>, <c>Get-…</c>; of several commands, whether each does.</summary>
    public static bool OnlyShows(string commandLine) => commandLine.Split("; ").All(static command =>
    {
        string[] words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string? verb = words switch
        {
            ["aws", _, var operation, ..] => operation,
            ["kubectl" or "eksctl", var own, ..] => own,
            [var cmdlet, ..] => cmdlet,
            _ => null,
        };
        return verb is not null && Asking.Contains(verb.Split('-')[0], StringComparer.OrdinalIgnoreCase);
    });
}
