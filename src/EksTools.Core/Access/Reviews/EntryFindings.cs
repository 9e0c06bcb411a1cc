using EksTools.Access;
using EksTools.Core.Access.Mappings;
using EksTools.Findings;

namespace EksTools.Core.Access.Reviews;

/// <summary>What is wrong with access entries.</summary>
internal static class EntryFindings
{
    public static void Find(AccessFindings findings)
    {
        foreach (EksIamMapping entry in findings.Access.Entries)
        {
            FindPrincipal(findings, entry);
            foreach (EksAccessPolicyScope policy in entry.AccessPolicies.Where(policy => findings.Facts.AccessPolicies?.Values.Contains(policy.PolicyArn) == false))
            {
                findings.Add(EksFindingSeverity.Error, "AccessPolicyUnknown", entry, $"The entry's access policy {policy.PolicyArn} is none that EKS offers, and gives no rights.", findings.Fixes.RemovePolicy(entry.PrincipalArn!, policy.PolicyArn));
            }

            RowFindings.FindGroups(findings, entry.Groups, entry.PrincipalArn, (rule, message, fix) => findings.Add(EksFindingSeverity.Information, rule, entry, message, fix));
        }
    }

    private static void FindPrincipal(AccessFindings findings, EksIamMapping entry)
    {
        if (IamPrincipal.Parse(entry.PrincipalArn) is not { } principal || findings.Ask(entry.PrincipalArn) is not { } fact)
        {
            return;
        }

        if (fact.Exists == false)
        {
            findings.Add(EksFindingSeverity.Error, "PrincipalUnknown", entry, $"IAM knows no {Word(principal)} {principal.Name}: the entry lets nobody in, also not a new {Word(principal)} of this name.", findings.Fixes.Remove(entry.PrincipalArn!, "AccessEntry"));
        }
        else if (fact.Exists == true && !string.Equals(fact.Arn, entry.PrincipalArn, StringComparison.Ordinal))
        {
            findings.Add(EksFindingSeverity.Error, "EntryOtherPath", entry, $"IAM knows the {Word(principal)} as {fact.Arn}: an access entry has to name it so, path and case included.", findings.Fixes.Replace(entry, fact.Arn!));
        }
        else if (fact is { Exists: true, CreatedAt: { } made } && entry.CreatedAt < made)
        {
            findings.Add(EksFindingSeverity.Error, "PrincipalMadeAnew", entry, $"The {Word(principal)} was deleted and made anew on {made.UtcDateTime:yyyy-MM-dd}, after the entry: an entry is bound to the id of the first, and lets the new one not in.", findings.Fixes.Replace(entry, entry.PrincipalArn!));
        }
        else if (AccessFindings.IsForNodes(entry) && findings.IsInUse(principal) == false)
        {
            findings.Add(EksFindingSeverity.Warning, "NodeRoleUnused", entry, $"No node group, Fargate profile or instance of the cluster uses the role {principal.Name}: the entry is left from one that was removed, and whoever may use the role can join nodes.", findings.Fixes.Remove(entry.PrincipalArn!, "AccessEntry"));
        }
    }

    private static string Word(IamPrincipal principal) => principal.Kind == EksIamPrincipalKind.Role ? "role" : "user";
}
