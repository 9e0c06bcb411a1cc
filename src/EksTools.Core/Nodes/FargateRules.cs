using System.Text.RegularExpressions;
using EksTools.Clusters;
using EksTools.Core.Clusters;
using EksTools.Errors;
using EksTools.Nodes;

namespace EksTools.Core.Nodes;

/// <summary>What can be refused of Fargate profiles by looking at the request alone (https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html).</summary>
internal static partial class FargateRules
{
    // How many profiles, selectors and labels there may be are quotas that AWS raises (https://docs.aws.amazon.com/general/latest/gr/eks.html), which EKS tells.
    private const int LongestName = 100, LongestNamespace = 63, MostWildcards = 4, MostTags = 46;

    public static IEnumerable<Action> Of(NewClusterRequest request)
    {
        FargateProfileOptions[] profiles = [.. SaidParameters.FargateProfiles(request)];
        return
        [
            .. profiles.SelectMany(profile => Of(profile, request.ResourceTags.Count)),
            () => RequireDistinct(profiles),
        ];
    }

    private static void RequireDistinct(FargateProfileOptions[] profiles)
    {
        if (profiles.GroupBy(static profile => profile.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(static same => same.Count() > 1) is { } twice)
        {
            throw Wrong("DuplicateFargateProfile", $"Two Fargate profiles are called '{twice.Key}'.", "Give each a name of its own.");
        }
    }

    private static IEnumerable<Action> Of(FargateProfileOptions profile, int clusterTags) =>
        new Action[]
        {
            () => RequireName(profile),
            () => RequireSelectors(profile),
            () => RequirePlace(profile),
            () => RequireRole(profile),
            () => TagRules.Require(profile.ResourceTags, $"Fargate profile '{profile.Name}': Tag", MostTags - clusterTags),
        }.Select<Action, Action>(rule => () => RequireOf(profile.Name, rule));

    private static void RequireOf(string profile, Action rule)
    {
        try
        {
            rule();
        }
        catch (EksToolsException exception)
        {
            throw exception.Of(profile);
        }
    }

    private static void RequireName(FargateProfileOptions profile)
    {
        if (profile.Name.Length is 0 or > LongestName || !ProfileName().IsMatch(profile.Name) || profile.Name.StartsWith("eks-", StringComparison.Ordinal))
        {
            throw Wrong("InvalidFargateProfile", $"'{profile.Name}' cannot be the name of a Fargate profile.", $"Use 1 to {LongestName} letters, digits, hyphens and underscores, beginning with a letter or digit and not with eks-.");
        }
    }

    private static void RequireSelectors(FargateProfileOptions profile)
    {
        if (profile.Selector.Count == 0)
        {
            throw Wrong("InvalidFargateProfile", $"Fargate profile '{profile.Name}' has no selector; EKS wants one at least.", "A selector is a hashtable such as @{ Namespace = 'batch' }.");
        }

        foreach (FargateSelector selector in profile.Selector)
        {
            if (string.IsNullOrEmpty(selector.Namespace) || selector.Namespace.Length > LongestNamespace || !Namespace().IsMatch(selector.Namespace) || selector.Namespace.Count(static letter => letter == '*') > MostWildcards)
            {
                throw Wrong("InvalidFargateProfile", $"Fargate profile '{profile.Name}': '{selector.Namespace}' is no namespace that a selector can have.", "Use small letters, digits and hyphens; * and ? stand for others.");
            }
        }
    }

    private static void RequirePlace(FargateProfileOptions profile)
    {
        if (profile.SubnetId.FirstOrDefault(static id => !Subnet().IsMatch(id)) is { } subnet)
        {
            throw Wrong("InvalidSubnetId", $"Fargate profile '{profile.Name}': SubnetId '{subnet}' is not a subnet's id.", "Ids look like subnet-0123456789abcdef0.");
        }
    }

    private static void RequireRole(FargateProfileOptions profile)
    {
        if (profile.PodExecutionRoleArn is { } arn && !Role().IsMatch(arn))
        {
            throw Wrong("InvalidFargateProfile", $"Fargate profile '{profile.Name}': PodExecutionRoleArn '{arn}' is not the ARN of a role.", "ARNs look like arn:aws:iam::111122223333:role/name.");
        }
    }

    private static EksToolsException Wrong(string id, string message, string? hint) => NodeRequestRules.Wrong(id, nameof(NewClusterRequest.FargateProfile), message, hint);

    [GeneratedRegex("^[0-9A-Za-z][0-9A-Za-z_-]*$")]
    private static partial Regex ProfileName();

    [GeneratedRegex(@"^[a-z0-9*?]([-a-z0-9*?]*[a-z0-9*?])?$")]
    private static partial Regex Namespace();

    [GeneratedRegex("^subnet-[0-9a-f]{8,17}$")]
    private static partial Regex Subnet();

    [GeneratedRegex(@"^arn:aws[a-z-]*:iam::\d{12}:role/.+$")]
    private static partial Regex Role();
}
