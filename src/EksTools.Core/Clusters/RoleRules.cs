using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using EksTools.Clusters;
using EksTools.Core.Access;
using EksTools.Core.Accounts;
using EksTools.Core.Errors;
using EksTools.Core.WorkloadIdentity.Policies;
using EksTools.Core.WorkloadIdentity.Roles;
using EksTools.Errors;

namespace EksTools.Core.Clusters;

/// <summary>What of a new cluster's roles can be refused before anything is made: path, boundary, and roles that the caller brings.</summary>
internal static class RoleRules
{
    // IAM takes printable characters in a path: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html ; a space separates values in our record.
    private const char FirstOfPath = '!', LastOfPath = '~';

    private static readonly string[] FargateServices = ["eks-fargate-pods.amazonaws.com"];

    /// <summary>Rules that the request alone tells.</summary>
    public static void Require(NewClusterRequest request)
    {
        if (request.RolePath is not { } path)
        {
            return;
        }

        ServiceAccountRoleRules.RequirePath(nameof(request.RolePath), path);
        if (!path.All(static c => c is >= FirstOfPath and <= LastOfPath))
        {
            throw new EksToolsException(EksErrorKind.Validation, "InvalidRolePath", $"-{nameof(request.RolePath)} '{path}' cannot be the path of an IAM role.", nameof(request.RolePath), "Use ASCII letters, digits and punctuation.");
        }
    }

    /// <summary>Rules that the region and IAM tell.</summary>
    public static async Task RequireAsync(AwsAccount account, NewClusterRequest request, CancellationToken cancellationToken)
    {
        string partition = account.Partition.Name;
        if (request.PermissionsBoundary is { } boundary)
        {
            ServiceAccountRoleRules.RequirePolicyArn(nameof(request.PermissionsBoundary), boundary, partition);
        }

        (string Parameter, string What, string? Arn, string[] Services)[] roles =
        [
            (nameof(request.ClusterRoleArn), $"-{nameof(request.ClusterRoleArn)}", request.ClusterRoleArn, ["eks.amazonaws.com"]),
            (nameof(request.NodeRoleArn), $"-{nameof(request.NodeRoleArn)}", request.NodeRoleArn, NodeServices(account)),
            (nameof(request.AutoModeNodeRoleArn), $"-{nameof(request.AutoModeNodeRoleArn)}", request.AutoModeNodeRoleArn, NodeServices(account)),
            .. request.FargateProfile.Select(static profile => (nameof(request.FargateProfile), $"{nameof(profile.PodExecutionRoleArn)} of Fargate profile '{profile.Name}'", profile.PodExecutionRoleArn, FargateServices)),
            .. request.AddOn.Select(static addon => (nameof(request.AddOn), $"{nameof(addon.ServiceAccountRoleArn)} of add-on '{addon.Name}'", addon.ServiceAccountRoleArn, Array.Empty<string>())),
        ];
        foreach ((string parameter, string what, string? arn, _) in roles.Where(static role => role.Arn is not null))
        {
            PrincipalArn.RequireRole(arn!, partition, parameter, what);
        }

        foreach ((_, string what, string? arn, string[] services) in roles.Where(static role => role.Arn is not null).DistinctBy(static role => (role.Arn, role.Services.FirstOrDefault())))
        {
            await RequireRoleAsync(account, what, arn!, services, cancellationToken);
        }
    }

    /// <summary>Refuses a role that nodes could not have.</summary>
    /// <param name="what">What names it, such as -NodeRoleArn.</param>
    public static Task RequireNodesAsync(AwsAccount account, string what, string arn, CancellationToken cancellationToken) => RequireRoleAsync(account, what, arn, NodeServices(account), cancellationToken);

    private static string[] NodeServices(AwsAccount account) => [.. new[] { "ec2.amazonaws.com", $"ec2.{account.Partition.DnsSuffix}" }.Distinct()];

    private static async Task RequireRoleAsync(AwsAccount account, string what, string arn, string[] services, CancellationToken cancellationToken)
    {
        string own = (await account.Session.GetCallerIdentityAsync(cancellationToken)).Account;
        if (arn.Split(':')[4] is var other && other != own)
        {
            throw new EksToolsException(EksErrorKind.Validation, "ForeignRole", $"{what} names {arn}, a role of account {other}, and EKS takes none but those of the cluster's own, {own}.", arn, "Name a role of the cluster's account.");
        }

        Role role;
        try
        {
            role = (await account.Iam.GetRoleAsync(new GetRoleRequest { RoleName = ClusterRoles.NameOf(arn) }, cancellationToken)).Role;
        }
        catch (NoSuchEntityException exception)
        {
            throw new EksToolsException(EksErrorKind.NotFound, "RoleNotFound", $"There is no role {arn}, which {what} names.", arn, "Get-IAMRoleList shows the account's roles.", exception);
        }
        catch (AmazonServiceException exception) when (AwsFailure.Translate(exception).Kind == EksErrorKind.Denied)
        {
            // Whoever may hand over a role need not be allowed to look at it; EKS does.
            return;
        }

        if (role.Arn != arn)
        {
            throw new EksToolsException(EksErrorKind.NotFound, "RoleNotFound", $"There is no role {arn}, which {what} names; the role of that name is {role.Arn}.", arn, "Name it with its path.");
        }

        if (services.Length > 0 && !PolicyDocument.Parse(role.AssumeRolePolicyDocument, $"The trust policy of role {role.RoleName}").Statements.Any(statement =>
            (string?)statement["Effect"] == "Allow" && PolicyDocument.Values(statement["Principal"] is System.Text.Json.Nodes.JsonObject principal ? principal["Service"] : null).Intersect(services, StringComparer.Ordinal).Any()
            && PolicyDocument.Values(statement["Action"]).Any(static action => action is "*" or "sts:*" || string.Equals(action, "sts:AssumeRole", StringComparison.OrdinalIgnoreCase))))
        {
            throw new EksToolsException(EksErrorKind.Validation, "RoleLacksTrust", $"The role {arn}, which {what} names, does not let {services[0]} assume it.", arn, $"Allow {services[0]} sts:AssumeRole in the role's trust policy; EksTools changes no role of yours.");
        }
    }
}
