using CsCheck;
using EksTools.Access;
using EksTools.Core.Access.Mappings;

namespace EksTools.Core.Tests.Access.Mappings;

/// <summary>Laws that hold for an edit of any aws-auth: 55,000 texts, half of them broken.</summary>
public sealed class AwsAuthLaws
{
    private static AwsAuthMap Parse(EksIamPrincipalKind kind, string text) => AwsAuthMap.Parse(new Dictionary<string, string> { [KeyOf(kind)] = text });

    private static string KeyOf(EksIamPrincipalKind kind) => kind switch { EksIamPrincipalKind.Role => AwsAuthMap.MapRoles, EksIamPrincipalKind.User => AwsAuthMap.MapUsers, _ => AwsAuthMap.MapAccounts };

    private static IReadOnlyList<AwsAuthRow> Rows(AwsAuthMap map, EksIamPrincipalKind kind) => kind == EksIamPrincipalKind.Role ? map.Roles : map.Users;

    private static void AssertSaid(IEnumerable<MeantRow> wanted, AwsAuthMap map, EksIamPrincipalKind kind) => Assert.Equal(
        wanted.Select(row => $"{row.Arn}|{row.Username}|{string.Join('|', row.Groups)}"),
        Rows(map, kind).Select(row => $"{row.Arn}|{row.Username}|{string.Join('|', row.Groups)}"));

    private static AwsAuthEdit EditOf(EksIamPrincipalKind kind, int rows, Random random)
    {
        MeantRow row = AwsAuthStyles.Row(random);
        return random.Next(rows == 0 ? 1 : 3) switch
        {
            0 => new AwsAuthAppend(kind, row.Arn, row.Username, row.Groups),
            1 => new AwsAuthReplace(kind, random.Next(rows))
            {
                Arn = random.Next(2) == 0 ? row.Arn : null,
                Username = random.Next(2) == 0 ? row.Username : null,
                Groups = random.Next(2) == 0 ? row.Groups : null,
            },
            _ => new AwsAuthRemove(kind, random.Next(rows)),
        };
    }

    [Fact]
    public void Any_well_formed_text_is_read_as_it_was_meant() => AwsAuthStyles.Text.Sample(meant =>
    {
        AwsAuthMap map = Parse(meant.Kind, meant.Text);
        Assert.Empty(map.Faults);
        AssertSaid(meant.Rows, map, meant.Kind);
    }, iter: 8000);

    [Fact]
    public void A_row_that_is_added_is_put_in_without_a_change_of_what_was_there_and_removed_again_leaves_the_text_as_it_was() =>
        Gen.Select(AwsAuthStyles.Text, Gen.Int).Sample((meant, seed) =>
        {
            MeantRow row = AwsAuthStyles.Row(new Random(seed));
            AwsAuthMap before = Parse(meant.Kind, meant.Text);
            AwsAuthMap added = before.Edit([new AwsAuthAppend(meant.Kind, row.Arn, row.Username, row.Groups)]);
            AssertSaid([.. meant.Rows, row], added, meant.Kind);
            string text = added.Data[KeyOf(meant.Kind)];
            int same = meant.Text.Zip(text).TakeWhile(two => two.First == two.Second).Count();
            Assert.EndsWith(meant.Text[same..], text, StringComparison.Ordinal);
            Assert.Equal(meant.Text, added.Edit([new AwsAuthRemove(meant.Kind, meant.Rows.Count)]).Data[KeyOf(meant.Kind)]);
        }, iter: 8000);

    [Fact]
    public void A_row_that_is_changed_reads_as_asked_keeps_its_other_keys_and_changes_no_line_of_others() =>
        Gen.Select(AwsAuthStyles.Text, Gen.Int).Sample((meant, seed) =>
        {
            Random random = new(seed);
            int index = random.Next(meant.Rows.Count);
            MeantRow row = AwsAuthStyles.Row(random);
            AwsAuthReplace edit = new(meant.Kind, index) { Arn = row.Arn, Username = row.Username, Groups = row.Groups };
            AwsAuthMap before = Parse(meant.Kind, meant.Text);
            AwsAuthMap after = before.Edit([edit]);
            AssertSaid(meant.Rows.Select((old, i) => i == index ? row : old), after, meant.Kind);
            string text = after.Data[KeyOf(meant.Kind)];
            Assert.Same(text, after.Edit([edit]).Data[KeyOf(meant.Kind)]);
            IReadOnlyList<AwsAuthRow> rows = Rows(before, meant.Kind), edited = Rows(after, meant.Kind);
            if (rows.Select(one => one.Line).Distinct().Count() < rows.Count)
                return; // Rows share a line; what the others say was compared.
            Assert.Equal(AwsAuthMeaning.OtherKeys(meant.Text, index), AwsAuthMeaning.OtherKeys(text, index));
            string[] old = Lines(meant.Text), now = Lines(text);
            Assert.Equal(old.Take(rows[index].Line - 1), now.Take(edited[index].Line - 1));
            if (index + 1 < rows.Count)
                Assert.Equal(old.Skip(rows[index + 1].Line - 1), now.Skip(edited[index + 1].Line - 1));
        }, iter: 8000);

    [Fact]
    public void Many_edits_at_once_say_what_each_asked() => Gen.Select(AwsAuthStyles.Text, Gen.Int).Sample((meant, seed) =>
    {
        Random random = new(seed);
        List<MeantRow?> wanted = [.. meant.Rows];
        List<AwsAuthEdit> edits = [];
        for (int times = random.Next(1, 6); times > 0; times--)
        {
            AwsAuthEdit edit = EditOf(meant.Kind, meant.Rows.Count, random);
            int? index = (edit as AwsAuthReplace)?.Index ?? (edit as AwsAuthRemove)?.Index;
            if (index is not null && edits.Any(other => index == ((other as AwsAuthReplace)?.Index ?? (other as AwsAuthRemove)?.Index)))
                continue;
            edits.Add(edit);
            switch (edit)
            {
                case AwsAuthAppend append:
                    wanted.Add(new MeantRow(append.Arn, append.Username, append.Groups));
                    break;
                case AwsAuthReplace replace:
                    MeantRow old = wanted[replace.Index]!;
                    wanted[replace.Index] = new MeantRow(replace.Arn ?? old.Arn, replace.Username ?? old.Username, replace.Groups ?? old.Groups);
                    break;
                case AwsAuthRemove remove:
                    wanted[remove.Index] = null;
                    break;
            }
        }
        AwsAuthMap after = Parse(meant.Kind, meant.Text).Edit(edits);
        AssertSaid(wanted.OfType<MeantRow>(), after, meant.Kind);
    }, iter: 8000);

    [Fact]
    public void A_broken_text_is_a_fault_or_edited_without_loss_and_nothing_is_thrown_but_the_refusal() =>
        Gen.Select(AwsAuthStyles.Broken, Gen.Int).Sample((broken, seed) =>
        {
            Random random = new(seed);
            AwsAuthMap before = Parse(broken.Kind, broken.Text);
            IReadOnlyList<AwsAuthRow> rows = Rows(before, broken.Kind);
            AwsAuthEdit edit = EditOf(broken.Kind, rows.Count, random);
            AwsAuthMap after;
            try
            {
                after = before.Edit([edit]);
            }
            catch (AwsAuthException exception)
            {
                Assert.StartsWith($"aws-auth, {KeyOf(broken.Kind)}", exception.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', exception.Message);
                return;
            }
            Assert.Empty(before.Faults);
            int? index = (edit as AwsAuthReplace)?.Index ?? (edit as AwsAuthRemove)?.Index;
            Assert.Equal(Others(rows, index), Others(Rows(after, broken.Kind).Take(rows.Count - (edit is AwsAuthRemove ? 1 : 0)), edit is AwsAuthReplace ? index : null));
            string text = after.Data[KeyOf(broken.Kind)];
            if (edit is AwsAuthAppend && rows.Count > 0)
            {
                int same = broken.Text.Zip(text).TakeWhile(two => two.First == two.Second).Count();
                Assert.EndsWith(broken.Text[same..], text, StringComparison.Ordinal);
            }
        }, iter: 20000);

    [Fact]
    public void Any_text_of_accounts_is_read_and_edited_or_refused() => Gen.Select(AwsAuthStyles.Broken, Gen.Int).Sample((broken, seed) =>
    {
        string text = seed % 2 == 0 ? broken.Text : "- " + broken.Text.Replace("\n", "\n- ", StringComparison.Ordinal);
        AwsAuthMap before = Parse(EksIamPrincipalKind.Account, text);
        try
        {
            AwsAuthMap after = before.Edit([new AwsAuthAppendAccount("012345678901")]);
            Assert.Equal([.. before.Accounts.Select(account => account.AccountId), "012345678901"], after.Accounts.Select(account => account.AccountId));
        }
        catch (AwsAuthException exception)
        {
            Assert.StartsWith("aws-auth, mapAccounts", exception.Message, StringComparison.Ordinal);
        }
    }, iter: 4000);

    private static IEnumerable<string> Others(IEnumerable<AwsAuthRow> rows, int? index) =>
        rows.Where((_, i) => i != index).Select(row => $"{row.Arn}|{row.Username}|{string.Join('|', row.Groups)}|{row.Dropped}");

    private static string[] Lines(string text) => text.Split(["\r\n", "\n", "\r"], StringSplitOptions.None);
}
