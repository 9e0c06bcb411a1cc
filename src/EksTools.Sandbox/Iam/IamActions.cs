using EksTools.Sandbox.Authorization;
using EksTools.Sandbox.Iam.Policies;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Iam;

/// <summary>
/// The permissions that IAM's operations need: the resource is what the request names
/// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html).
/// </summary>
internal static class IamActions
{
    // What makes a thing, and what it needs besides when the request tags the thing.
    private static readonly Dictionary<string, string> Makers = new()
    {
        ["CreateRole"] = "TagRole", ["CreateUser"] = "TagUser", ["CreatePolicy"] = "TagPolicy", ["CreateInstanceProfile"] = "TagInstanceProfile", ["CreateOpenIDConnectProvider"] = "TagOpenIDConnectProvider",
    };

    /// <summary>Those of a call.</summary>
    public static IEnumerable<AccessCheck> Of(AwsCall call)
    {
        var tags = call.Parameters.Tags("Tags");
        var (resource, named, owned) = Resource(call);
        yield return new AccessCheck($"iam:{call.Operation}", resource) { Named = named, Context = Keys(call) }.On(owned, "iam").Giving(call.Operation.StartsWith("Untag", StringComparison.Ordinal) ? call.Parameters.Strings("TagKeys").ToDictionary(key => key, _ => "") : tags);
        if (tags.Count > 0 && Makers.TryGetValue(call.Operation, out var tagging))
        {
            yield return new AccessCheck($"iam:{tagging}", resource) { Named = named }.Giving(tags);
        }

        if (call.Operation == "AddRoleToInstanceProfile" && call.Parameters.Get("RoleName") is { } role)
        {
            yield return PassRole(call, Role(call, role).Arn, "ec2.amazonaws.com");
        }
    }

    /// <summary>The permission to hand a role to a service.</summary>
    /// <param name="resource">The ARN of what the service uses the role for, if it has one yet.</param>
    public static AccessCheck PassRole(AwsCall call, string roleArn, string service, string? resource = null) =>
        new AccessCheck("iam:PassRole", roleArn) { Context = new RequestContext().With("iam:PassedToService", service).With("iam:AssociatedResourceArn", resource) }.On(call.Account.Iam.FindRole(roleArn)?.Tags, "iam");

    private static (string Arn, string? Named, IReadOnlyDictionary<string, string>? Tags) Resource(AwsCall call)
    {
        var (iam, parameters) = (call.Account.Iam, call.Parameters);
        string New(string kind, string name) => call.Account.Arn("iam", "", $"{kind}{parameters.Get("Path") ?? "/"}{name}");
        switch (call.Operation)
        {
            case "CreateServiceLinkedRole":
                var service = parameters.Get("AWSServiceName");
                var linked = call.Account.Arn("iam", "", $"role/aws-service-role/{service}/{RoleOperations.ServiceLinkedName(service)}");
                return (linked, linked, null);
            case "CreateRole" or "CreateUser" or "CreatePolicy" or "CreateInstanceProfile":
                var kind = call.Operation switch { "CreateRole" => "role", "CreateUser" => "user", "CreatePolicy" => "policy", _ => "instance-profile" };
                var made = New(kind, parameters.Get(call.Operation switch { "CreateRole" => "RoleName", "CreateUser" => "UserName", "CreatePolicy" => "PolicyName", _ => "InstanceProfileName" }) ?? "");
                return (made, made, null);
            case "CreateOpenIDConnectProvider":
                var provider = call.Account.Arn("iam", "", $"oidc-provider/{(parameters.Get("Url") ?? "").Replace("https://", "", StringComparison.Ordinal).TrimEnd('/')}");
                return (provider, provider, null);
            case var list when list.StartsWith("List", StringComparison.Ordinal) && list is "ListRoles" or "ListUsers" or "ListPolicies" or "ListInstanceProfiles" or "ListOpenIDConnectProviders":
                var type = list switch { "ListRoles" => "role", "ListUsers" => "user", "ListPolicies" => "policy", "ListInstanceProfiles" => "instance-profile", _ => "oidc-provider" };
                return ("*", call.Account.Arn("iam", "", $"{type}{parameters.Get("PathPrefix") ?? "/"}"), null);
        }

        if (parameters.Get("OpenIDConnectProviderArn") is { } oidc)
        {
            return (oidc, oidc, iam.OidcProviders.GetValueOrDefault(oidc)?.Tags);
        }

        if (parameters.Get("InstanceProfileName") is { } profileName)
        {
            var profile = iam.InstanceProfiles.GetValueOrDefault(profileName);
            return (profile?.Arn ?? New("instance-profile", profileName), $"instance profile {profileName}", profile?.Tags);
        }

        if (parameters.Get("RoleName") is { } roleName)
        {
            var (arn, role) = Role(call, roleName);
            return (arn, $"role {roleName}", role?.Tags);
        }

        if (!call.Operation.Contains("User", StringComparison.Ordinal) && !call.Operation.Contains("AccessKey", StringComparison.Ordinal) && parameters.Get("PolicyArn") is { } policy)
        {
            return (policy, $"policy {policy}", iam.Policies.GetValueOrDefault(policy)?.Tags);
        }

        // Without a name it is the caller's own user.
        var user = parameters.Get("UserName") is { } name ? iam.Users.GetValueOrDefault(name) : iam.Users.Values.FirstOrDefault(one => one.Arn == call.Caller.IamArn);
        return (user?.Arn ?? New("user", parameters.Get("UserName") ?? ""), $"user {user?.Name ?? parameters.Get("UserName")}", user?.Tags);
    }

    /// <summary>A role that is not there has the ARN of its bare name: its path is not known.</summary>
    private static (string Arn, Role? Role) Role(AwsCall call, string name) =>
        call.Account.Iam.Roles.TryGetValue(name, out var role) ? (role.Arn, role) : (call.Account.Arn("iam", "", $"role/{name}"), null);

    private static RequestContext Keys(AwsCall call)
    {
        var role = call.Parameters.Get("RoleName") is { } name ? call.Account.Iam.Roles.GetValueOrDefault(name) : null;
        return new RequestContext()
            .With("iam:PolicyARN", call.Operation is "AttachRolePolicy" or "DetachRolePolicy" or "AttachUserPolicy" or "DetachUserPolicy" ? call.Parameters.Get("PolicyArn") : null)
            .With("iam:AWSServiceName", call.Parameters.Get("AWSServiceName"))
            // Of the request where it sets one, else the role's own, which binds what may be done to the role.
            .With("iam:PermissionsBoundary", call.Parameters.Get("PermissionsBoundary") ?? role?.PermissionsBoundary);
    }
}
