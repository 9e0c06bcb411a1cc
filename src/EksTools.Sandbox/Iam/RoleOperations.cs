using System.Xml.Linq;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Iam.IamService;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Iam;

/// <summary>Roles.</summary>
internal static class RoleOperations
{
    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateRole"] = Create,
        ["GetRole"] = call => [X("Role", Write(Visible(call), true, call.VisibleUntil))],
        ["ListRoles"] = call => Page(call, "Roles", call.Account.Iam.Roles.Values.Where(role => role.Created <= call.VisibleUntil && role.Path.StartsWith(call.Parameters.Get("PathPrefix") ?? "/", StringComparison.Ordinal)), role => Write(role, false, call.VisibleUntil)),
        ["DeleteRole"] = Delete,
        ["UpdateRole"] = Update,
        ["UpdateRoleDescription"] = call => [X("Role", Write(Describe(call), true))],
        ["UpdateAssumeRolePolicy"] = UpdateTrust,
        ["TagRole"] = call => Tag(call, Named(call).Tags),
        ["UntagRole"] = call => Untag(call, Named(call).Tags),
        ["ListRoleTags"] = call => Page(call, "Tags", Named(call).Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal), WriteTag),
        ["CreateServiceLinkedRole"] = CreateServiceLinked,
        ["PutRolePermissionsBoundary"] = call => SetBoundary(call, RequireMember(call, "PermissionsBoundary")),
        ["DeleteRolePermissionsBoundary"] = call => SetBoundary(call, null),
    };

    /// <summary>The role that the request names.</summary>
    public static Role Named(AwsCall call) => call.Account.Iam.Role(RequireMember(call, "RoleName"));

    private static Role Visible(AwsCall call) => Named(call) is var role && role.Created <= call.VisibleUntil ? role : throw IamState.NoSuchEntity($"The role with name {role.Name} cannot be found.");

    private static IEnumerable<XElement?> Create(AwsCall call)
    {
        var (iam, name, path) = (call.Account.Iam, ReadName(call, "RoleName", 64), ReadPath(call));
        if (iam.Roles.ContainsKey(name))
        {
            throw IamState.AlreadyExists($"Role with name {name} already exists.");
        }

        var role = new Role(name, path, call.Account.Arn("iam", "", $"role{path}{name}"), PolicyQuotas.TrustPolicy(ReadPolicy(call, "AssumeRolePolicyDocument", trust: true)), call.Now)
        {
            Description = call.Parameters.Get("Description"),
            MaxSessionDuration = call.Parameters.Number("MaxSessionDuration") ?? 3600,
            PermissionsBoundary = call.Parameters.Get("PermissionsBoundary"),
            Tags = ReadTags(call),
        };
        iam.Roles[name] = role;
        return [X("Role", Write(role, true))];
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        var (iam, role) = (call.Account.Iam, Named(call));
        if (role.AttachedPolicies.Count > 0)
        {
            throw IamState.DeleteConflict("Cannot delete entity, must detach all policies first.");
        }

        if (role.InlinePolicies.Count > 0)
        {
            throw IamState.DeleteConflict("Cannot delete entity, must delete policies first.");
        }

        if (iam.InstanceProfiles.Values.Any(profile => profile.Role == role))
        {
            throw IamState.DeleteConflict("Cannot delete entity, must remove roles from instance profile first.");
        }

        iam.Roles.Remove(role.Name);
        call.Account.Credentials.RemoveSessionsOf(role.Arn);
        return [];
    }

    private static IEnumerable<XElement?> Update(AwsCall call)
    {
        var role = Named(call);
        role.Description = call.Parameters.Get("Description") ?? role.Description;
        role.MaxSessionDuration = call.Parameters.Number("MaxSessionDuration") ?? role.MaxSessionDuration;
        return [];
    }

    private static Role Describe(AwsCall call)
    {
        var role = Named(call);
        role.Description = RequireMember(call, "Description");
        return role;
    }

    private static IEnumerable<XElement?> UpdateTrust(AwsCall call)
    {
        Named(call).Trust(PolicyQuotas.TrustPolicy(ReadPolicy(call, "PolicyDocument", trust: true)), call.Now);
        return [];
    }

    private static IEnumerable<XElement?> SetBoundary(AwsCall call, string? arn)
    {
        Named(call).PermissionsBoundary = arn;
        return [];
    }

    private static IEnumerable<XElement?> CreateServiceLinked(AwsCall call)
    {
        var service = RequireMember(call, "AWSServiceName");
        var name = ServiceLinkedName(service) ?? throw new AwsException("InvalidInput", $"Service role name or service principal {service} is not supported.");
        return EnsureServiceLinked(call, service, name) is { } role ? [X("Role", Write(role, true))]
            : throw new AwsException("InvalidInput", $"Service role name {name} has been taken in this account, please try a different suffix.");
    }

    /// <summary>The name of a service's linked role; null for a service that has none.</summary>
    public static string? ServiceLinkedName(string? service) => service switch
    {
        "eks.amazonaws.com" => "AWSServiceRoleForAmazonEKS",
        "eks-nodegroup.amazonaws.com" => "AWSServiceRoleForAmazonEKSNodegroup",
        "eks-fargate.amazonaws.com" => "AWSServiceRoleForAmazonEKSForFargate",
        "autoscaling.amazonaws.com" => "AWSServiceRoleForAutoScaling",
        "elasticloadbalancing.amazonaws.com" => "AWSServiceRoleForElasticLoadBalancing",
        "spot.amazonaws.com" => "AWSServiceRoleForEC2Spot",
        _ => null,
    };

    /// <summary>Makes a service-linked role; null when it is there.</summary>
    public static Role? EnsureServiceLinked(AwsCall call, string service, string name)
    {
        var path = $"/aws-service-role/{service}/";
        var document = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"" + service + "\"},\"Action\":\"sts:AssumeRole\"}]}";
        var role = new Role(name, path, call.Account.Arn("iam", "", $"role{path}{name}"), document, call.Now);
        return call.Account.Iam.Roles.TryAdd(name, role) ? role : null;
    }

    /// <summary>The members of a Role.</summary>
    /// <param name="role">The role.</param>
    /// <param name="whole">As GetRole answers it.</param>
    /// <param name="seen">What of its trust policy a read sees; null for what it is.</param>
    public static XElement?[] Write(Role role, bool whole, DateTimeOffset? seen = null) =>
    [
        X("Path", role.Path), X("RoleName", role.Name), X("RoleId", role.Id), X("Arn", role.Arn), X("CreateDate", role.Created),
        X("AssumeRolePolicyDocument", Uri.EscapeDataString(seen is { } moment ? role.TrustPolicyAt(moment) : role.TrustPolicy)), X("Description", role.Description), X("MaxSessionDuration", role.MaxSessionDuration),
        whole && role.PermissionsBoundary is not null ? X("PermissionsBoundary", X("PermissionsBoundaryType", "Policy"), X("PermissionsBoundaryArn", role.PermissionsBoundary)) : null,
        whole ? TagsOf(role.Tags) : null,
        whole ? X("RoleLastUsed", role.LastUsed is { } used ? [X("LastUsedDate", used.Time), X("Region", used.Region)] : Array.Empty<XElement?>()) : null,
    ];
}
