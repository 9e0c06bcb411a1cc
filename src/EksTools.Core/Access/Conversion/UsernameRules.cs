using System.Text.RegularExpressions;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Access.Reviews;

namespace EksTools.Core.Access.Conversion;

/// <summary>Whether role bindings give a row's username rights. A template stands for many names, and any of them may be bound.</summary>
internal sealed partial class UsernameRules(BindingFacts? facts)
{
    private readonly string[]? users = facts?.Bindings.Where(static bound => !bound.IsGroup).Select(static bound => bound.Subject).Distinct(StringComparer.Ordinal).ToArray();

    /// <summary>Why the username has to stay as it is; null when no binding names it.</summary>
    /// <param name="username">The row's username, with its templates.</param>
    /// <param name="principal">Whose it is.</param>
    public string? Matters(string? username, IamPrincipal principal)
    {
        if (string.IsNullOrEmpty(username))
        {
            return null;
        }

        if (users is null)
        {
            return "whether a role binding names it could not be read";
        }

        Regex pattern = new($"^(?:{Pattern(username, principal)})\\z", RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking);
        return Array.Find(users, user => user == username || pattern.IsMatch(user)) is { } bound ? bound == username ? "a role binding names it" : $"a role binding names {bound}" : null;
    }

    private static string Pattern(string username, IamPrincipal principal)
    {
        int at = 0;
        System.Text.StringBuilder pattern = new();
        foreach (Match match in Template().Matches(username))
        {
            pattern.Append(Regex.Escape(username[at..match.Index])).Append(match.Value == "{{AccountID}}" ? principal.AccountId : ".*");
            at = match.Index + match.Length;
        }

        return pattern.Append(Regex.Escape(username[at..])).ToString();
    }

    // What the authenticator fills in (aws-iam-authenticator, pkg/mapper and pkg/token); anything else stays as it is written.
    [GeneratedRegex(@"\{\{(?:SessionName|SessionNameRaw|AccountID|AccessKeyID|EC2PrivateDNSName)\}\}")]
    private static partial Regex Template();
}
