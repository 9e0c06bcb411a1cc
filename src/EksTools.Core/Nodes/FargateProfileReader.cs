using Amazon.EKS.Model;
using EksTools.Core.Accounts;

namespace EksTools.Core.Nodes;

/// <summary>Reads Fargate profiles.</summary>
internal static class FargateProfileReader
{
    /// <summary>The profile; null when there is none of that name.</summary>
    public static async Task<FargateProfile?> FindAsync(AwsAccount account, string cluster, string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await account.Eks.DescribeFargateProfileAsync(new DescribeFargateProfileRequest { ClusterName = cluster, FargateProfileName = name }, cancellationToken)).FargateProfile;
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }

    /// <summary>What EKS says is wrong with it.</summary>
    public static string Health(FargateProfile? profile) => string.Join(" ", (profile?.Health?.Issues ?? []).Select(static issue => $"{issue.Code?.Value}: {issue.Message}"));
}
