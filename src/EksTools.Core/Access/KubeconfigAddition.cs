using EksTools.Access;
using EksTools.Core.Access.Kubeconfig;

namespace EksTools.Core.Access;

/// <summary>A cluster on its way into a kubeconfig.</summary>
/// <param name="Path">The file.</param>
/// <param name="ClusterName">The cluster's name.</param>
/// <param name="Region">The cluster's region.</param>
/// <param name="Entry">What is to be in the file.</param>
/// <param name="ExecCommand">The kind of program that kubectl runs.</param>
/// <param name="Warnings">What kubectl would do otherwise than this session.</param>
internal sealed record KubeconfigAddition(string Path, string ClusterName, string Region, KubeconfigEntry Entry, string ExecCommand, IReadOnlyList<string> Warnings)
{
    /// <summary>Whether both ask for the same entries: a cluster that was piped in twice.</summary>
    public bool IsSameAs(KubeconfigAddition other) =>
        (Path, Entry with { Exec = other.Entry.Exec }) == (other.Path, other.Entry)
        && Entry.Exec.Command == other.Entry.Exec.Command && Entry.Exec.Args.SequenceEqual(other.Entry.Exec.Args) && Entry.Exec.Env.SequenceEqual(other.Entry.Exec.Env);
}

/// <summary>What additions make of a file's text.</summary>
/// <param name="Before">The text; null where there is no file.</param>
/// <param name="After">The new text.</param>
/// <param name="Entries">The entries as they would be, one for each addition.</param>
internal sealed record KubeconfigEdit(string? Before, string After, IReadOnlyList<EksKubeconfigEntry> Entries)
{
    /// <summary>Edits a text.</summary>
    /// <exception cref="KubeconfigException">The text is no kubeconfig, or its layout does not allow it.</exception>
    public static KubeconfigEdit Of(string? text, string path, IReadOnlyList<KubeconfigAddition> additions)
    {
        string? now = text;
        List<EksKubeconfigEntry> entries = [];
        foreach (KubeconfigAddition addition in additions)
        {
            (now, EksKubeconfigEntry entry) = One(now, path, addition);
            entries.Add(entry);
        }

        return new KubeconfigEdit(text, now ?? string.Empty, entries);
    }

    private static (string Text, EksKubeconfigEntry Entry) One(string? text, string path, KubeconfigAddition addition)
    {
        KubeconfigEntry entry = addition.Entry;
        if (string.IsNullOrWhiteSpace(text))
        {
            return (KubeconfigDocument.Create(entry with { SetCurrentContext = true }), Told("Added", null));
        }

        KubeconfigDocument document = KubeconfigDocument.Parse(text, path);
        string edited = document.Upsert(entry);
        KubeconfigContext? before = document.Contexts.FirstOrDefault(context => context.Name == entry.ContextName);
        bool stolen = before?.Cluster is { } other && other != entry.ClusterName;
        return (edited, Told(
            edited == text ? "Unchanged" : before is not null ? "Updated" : "Added",
            stolen ? $"The context {entry.ContextName} was that of {before!.Cluster}; it is that of {entry.ClusterName} now." : null));

        EksKubeconfigEntry Told(string change, string? warning) => new()
        {
            ClusterName = addition.ClusterName,
            Region = addition.Region,
            Path = path,
            Context = entry.ContextName,
            Entry = entry.ClusterName,
            User = entry.UserName,
            ExecCommand = addition.ExecCommand,
            Change = change,
            Warnings = warning is null ? addition.Warnings : [.. addition.Warnings, warning],
        };
    }
}
