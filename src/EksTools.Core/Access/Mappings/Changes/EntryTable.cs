using EksTools.Access;

namespace EksTools.Core.Access.Mappings.Changes;

/// <summary>
/// Access entries by the ARNs of their principals. Of one role's name there may be several: EKS keeps the entry of a role that was deleted,
/// and takes another for the role that was made anew with another path.
/// </summary>
internal sealed class EntryTable(IReadOnlyList<EksIamMapping> entries)
{
    private readonly ILookup<string, EksIamMapping> byArn = entries.ToLookup(static entry => entry.PrincipalArn!, StringComparer.OrdinalIgnoreCase);
    private readonly ILookup<string, EksIamMapping> byKey = entries.ToLookup(static entry => AccessIndex.KeyOf(entry)!, StringComparer.Ordinal);

    /// <summary>The entry with this ARN, path and all.</summary>
    public EksIamMapping? Exact(string arn) => byArn[arn].OrderByDescending(entry => entry.PrincipalArn == arn).FirstOrDefault();

    /// <summary>The entry that an ARN means: the one with this ARN; else, for a role named without a path, the one entry of its name if there is but one.</summary>
    public EksIamMapping? Find(string arn)
    {
        IamPrincipal? principal = IamPrincipal.Parse(arn);
        EksIamMapping? exact = Exact(principal?.Arn ?? arn);
        return exact is not null || principal is not { Path: "/" } || byKey[principal.Key].Take(2).ToArray() is not [{ } only] ? exact : only;
    }
}
