using EksTools.Errors;

namespace EksTools.Core.Access;

/// <summary>ARNs of IAM principals as a caller writes them.</summary>
internal static class PrincipalArn
{
    /// <summary>Refuses what is not the ARN of an IAM role of a partition.</summary>
    public static void RequireRole(string arn, string partition, string parameter, string? what = null)
    {
        what ??= $"-{parameter}";
        string[] parts = arn.Split(':', 6);
        if (parts is not ["arn", _, "iam", "", { Length: 12 } account, _] || !account.All(char.IsAsciiDigit) || !parts[5].StartsWith("role/", StringComparison.Ordinal) || parts[5].Length == "role/".Length)
        {
            throw new EksToolsException(EksErrorKind.Validation, "InvalidRoleArn", $"{what} '{arn}' is not the ARN of an IAM role.", parameter, $"Write it as arn:{partition}:iam::111122223333:role/NAME.");
        }

        if (parts[1] != partition)
        {
            throw new EksToolsException(EksErrorKind.Validation, "ArnOfOtherPartition", $"{what} '{arn}' is of partition {parts[1]}, but the region is of {partition}.", parameter, "Name a role of the region's partition.");
        }
    }
}
