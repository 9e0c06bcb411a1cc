using EksTools.Access;
using EksTools.Authentication;

namespace EksTools.Core.Access;

/// <summary>What an inspected token is shown as.</summary>
internal static class TokenInspections
{
    private const string ClusterUnknown = "A token does not say which cluster it is for: the name is signed into it but not written. A cluster of another name refuses it when AWS STS checks the signature.";
    private const string ClusterClaimed = "The cluster's name is what came beside the token; the token itself does not say it.";
    private const string Unchecked = "The signature, and whose access key it is, can only be checked by AWS STS.";

    public static EksTokenInspection Describe(TokenInspection token, string? clusterName) => new()
    {
        IsValid = token.IsValid,
        ClusterName = clusterName,
        Region = token.Region,
        Partition = token.Partition,
        AccessKeyId = token.AccessKeyId,
        KeyKind = token.AccessKeyId switch
        {
            { } id when id.StartsWith("AKIA", StringComparison.Ordinal) => AccessKeyKind.LongTerm,
            { } id when id.StartsWith("ASIA", StringComparison.Ordinal) => AccessKeyKind.Temporary,
            _ => AccessKeyKind.Unknown,
        },
        SignedAt = token.SignedAt,
        Expires = token.Expires,
        TimeLeft = token.TimeLeft,
        Findings = [.. token.Findings.Select(static finding => new EksTokenFinding
        {
            Rule = finding.Rule,
            Id = finding.Id,
            Severity = finding.IsRefusal ? EksTokenFindingSeverity.Error : EksTokenFindingSeverity.Warning,
            Message = finding.Message,
        })],
        Notes = [clusterName is null ? ClusterUnknown : ClusterClaimed, Unchecked],
    };
}
