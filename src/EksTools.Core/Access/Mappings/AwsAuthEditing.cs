using EksTools.Access;
using EksTools.Core.Yaml;

namespace EksTools.Core.Access.Mappings;

/// <summary>Edits one value: finds the splices, makes them, reads the outcome anew and takes it only when it says what was asked and nothing else changed.</summary>
internal static class AwsAuthEditing
{
    /// <summary>The value with the edits made.</summary>
    /// <exception cref="AwsAuthException">The value is not valid, or cannot be edited safely.</exception>
    /// <exception cref="ArgumentException">An edit names a row that is not there, two edits name one row, or a new ARN or account is empty.</exception>
    public static AwsAuthValue Edit(AwsAuthValue value, IReadOnlyList<AwsAuthEdit> edits)
    {
        if (value.Fault is { } fault)
            throw new AwsAuthException(fault.Key, fault.Line, fault.Column, $"{fault.Problem.TrimEnd('.')}; nothing was changed: correct it with 'kubectl edit -n kube-system configmap aws-auth' and try again.");
        Plan plan = Plan.Of(value, edits);
        string text;
        try
        {
            text = value.IsBlank ? AwsAuthLayout.Default.NewText(plan.Appends) : TextSplice.Apply(value.Text!, new AwsAuthTextEditor(value).Splices(plan.Replacements, plan.Removals, plan.Appends));
        }
        catch (YamlTextException exception)
        {
            throw new AwsAuthException(value.Key, exception.Line, exception.Column, exception.Problem, exception);
        }
        if (value.IsBlank && plan.Appends.Count == 0 || text == value.Text)
            return value;
        AwsAuthValue edited = AwsAuthValue.Parse(value.Kind, text);
        if (edited.Fault is { } broken)
            throw Refused(value, broken.Line, broken.Column);
        Verify(value, edited, plan);
        return edited;
    }

    /// <summary>Every row must read as asked, and a row that no edit is about must have the very text that it had.</summary>
    private static void Verify(AwsAuthValue before, AwsAuthValue after, Plan plan)
    {
        if (after.Items.Count != before.Items.Count - plan.Removals.Count + plan.Appends.Count)
            throw Refused(before, 0, 0);
        int at = 0;
        for (int i = 0; i < before.Items.Count; i++)
        {
            if (plan.Removals.Contains(i))
                continue;
            bool same = plan.Replacements.TryGetValue(i, out AwsAuthReplace? edit)
                ? after.Rows[at].ReadsAs(Asked(before.Rows[i], edit)) && OthersEqual(before, i, after, at)
                : TextOf(before, i).SequenceEqual(TextOf(after, at)) && (before.Kind == EksIamPrincipalKind.Account || before.Rows[i].ReadsAs(after.Rows[at]));
            if (!same)
                throw Refused(before, before.Items[i]);
            at++;
        }
        if (before.Kind == EksIamPrincipalKind.Account)
        {
            IEnumerable<string> asked = before.Accounts.Where(account => !plan.Removals.Contains(account.Index)).Select(static account => account.AccountId)
                .Concat(plan.Appends.Select(static append => ((AwsAuthAppendAccount)append).AccountId));
            if (!after.Accounts.Select(static account => account.AccountId).SequenceEqual(asked))
                throw Refused(before, 0, 0);
            return;
        }
        foreach (AwsAuthAppend append in plan.Appends.Cast<AwsAuthAppend>())
        {
            AwsAuthRow row = after.Rows[at++];
            if (row.Dropped is not null || row.Arn != append.Arn || row.Username != append.Username || !row.Groups.SequenceEqual(append.Groups))
                throw Refused(before, 0, 0);
        }
    }

    private static AwsAuthRow Asked(AwsAuthRow row, AwsAuthReplace edit) => row with
    {
        Arn = edit.Arn ?? row.Arn,
        Username = edit.Username ?? row.Username,
        Groups = edit.Groups ?? row.Groups,
        Dropped = edit.Arn is not null && row.Arn is null ? null : row.Dropped,
    };

    /// <summary>Whether the row's keys that the edit is not about have the text that they had.</summary>
    private static bool OthersEqual(AwsAuthValue before, int index, AwsAuthValue after, int at)
    {
        string arnKey = AwsAuthRowReader.ArnKey(before.Kind);
        return Others(before, index).SequenceEqual(Others(after, at), StringComparer.Ordinal);

        IEnumerable<string> Others(AwsAuthValue value, int i) => ((TextMapping)value.Items[i]).Pairs
            .Where(pair => pair.Key is not TextScalar key || (AwsAuthRowReader.Fold(key.Value) is var field && field != arnKey && field is not (AwsAuthRowReader.UsernameKey or AwsAuthRowReader.GroupsKey)))
            .Select(pair => value.Text![pair.Key.Start..pair.End]);
    }

    private static ReadOnlySpan<char> TextOf(AwsAuthValue value, int index) => value.Text.AsSpan(value.Items[index].Start, value.Items[index].End - value.Items[index].Start);

    private static AwsAuthException Refused(AwsAuthValue value, TextNode node)
    {
        (int line, int column) = TextPlace.LineAndColumn(value.Text!, node.Start);
        return Refused(value, line, column);
    }

    private static AwsAuthException Refused(AwsAuthValue value, int line, int column) =>
        new(value.Key, line, column, "the text's layout does not allow this edit, and nothing was changed; write the rows as a plain list ('- …') with 'kubectl edit -n kube-system configmap aws-auth' and try again.");

    /// <summary>The edits of one value, sorted.</summary>
    private sealed record Plan(IReadOnlyDictionary<int, AwsAuthReplace> Replacements, IReadOnlySet<int> Removals, IReadOnlyList<AwsAuthEdit> Appends)
    {
        public static Plan Of(AwsAuthValue value, IReadOnlyList<AwsAuthEdit> edits)
        {
            Dictionary<int, AwsAuthReplace> replacements = [];
            HashSet<int> removals = [];
            List<AwsAuthEdit> appends = [];
            foreach (AwsAuthEdit edit in edits)
            {
                switch (edit)
                {
                    case AwsAuthReplace { Kind: not EksIamPrincipalKind.Account } replace when Exists(replace.Index) && !removals.Contains(replace.Index) && replace.Arn != "" && replacements.TryAdd(replace.Index, replace):
                    case AwsAuthRemove remove when Exists(remove.Index) && !replacements.ContainsKey(remove.Index) && removals.Add(remove.Index):
                        break;
                    case AwsAuthAppend { Arn.Length: > 0, Kind: not EksIamPrincipalKind.Account } or AwsAuthAppendAccount { AccountId.Length: > 0 }:
                        appends.Add(edit);
                        break;
                    default:
                        throw new ArgumentException($"{edit} names no row of {value.Key}, or one that another edit names too, or an empty ARN or account.", nameof(edits));
                }
            }
            return new Plan(replacements, removals, appends);

            bool Exists(int index) => index >= 0 && index < value.Items.Count;
        }
    }
}
