using System.Xml.Linq;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Iam.IamService;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Iam;

/// <summary>Managed policies and their versions.</summary>
internal static class PolicyOperations
{
    private const int VersionsAtMost = 5;

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreatePolicy"] = Create,
        ["GetPolicy"] = call => [X("Policy", WriteAny(call, RequireMember(call, "PolicyArn"), true))],
        ["ListPolicies"] = List,
        ["DeletePolicy"] = Delete,
        ["CreatePolicyVersion"] = CreateVersion,
        ["GetPolicyVersion"] = call => [X("PolicyVersion", WriteVersion(Named(call), Version(call, Named(call)), true))],
        ["ListPolicyVersions"] = call => Page(call, "Versions", Named(call).Versions.Values.Reverse(), version => WriteVersion(Named(call), version, false)),
        ["DeletePolicyVersion"] = DeleteVersion,
        ["SetDefaultPolicyVersion"] = SetDefault,
        ["TagPolicy"] = call => Tag(call, Named(call).Tags),
        ["UntagPolicy"] = call => Untag(call, Named(call).Tags),
        ["ListPolicyTags"] = call => Page(call, "Tags", Named(call).Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal), WriteTag),
        ["ListEntitiesForPolicy"] = ListEntities,
    };

    private static Policy Named(AwsCall call) => RequireMember(call, "PolicyArn") is var arn && call.Account.Iam.Policies.TryGetValue(arn, out var policy) ? policy
        : throw IamState.NoSuchEntity($"Policy {arn} was not found.");

    private static IEnumerable<XElement?> Create(AwsCall call)
    {
        var (name, path) = (ReadName(call, "PolicyName", 128), ReadPath(call));
        var policy = new Policy(name, path, call.Account.Arn("iam", "", $"policy{path}{name}"), call.Now) { Description = call.Parameters.Get("Description"), Tags = ReadTags(call) };
        policy.Versions[1] = new PolicyVersion(1, PolicyQuotas.ManagedPolicy(ReadPolicy(call, "PolicyDocument")), call.Now);
        return call.Account.Iam.Policies.TryAdd(policy.Arn, policy) ? [X("Policy", Write(call, policy, true))]
            : throw IamState.AlreadyExists($"A policy called {name} already exists. Duplicate names are not allowed.");
    }

    private static IEnumerable<XElement?> List(AwsCall call)
    {
        var scope = call.Parameters.Get("Scope") ?? "All";
        var prefix = call.Parameters.Get("PathPrefix") ?? "/";
        var arns = (scope is "Local" ? [] : AwsManagedPolicies.Arns(call.Account.Partition))
            .Concat(scope is "AWS" ? [] : call.Account.Iam.Policies.Keys)
            .Where(arn => arn[(arn.IndexOf(":policy", StringComparison.Ordinal) + 7)..].StartsWith(prefix, StringComparison.Ordinal))
            .Where(arn => call.Parameters.Flag("OnlyAttached") != true || Attachments(call, arn) > 0);
        return Page(call, "Policies", arns, arn => WriteAny(call, arn, false));
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        var policy = Named(call);
        if (Attachments(call, policy.Arn) > 0)
        {
            throw IamState.DeleteConflict("Cannot delete a policy attached to entities.");
        }

        if (policy.Versions.Count > 1)
        {
            throw IamState.DeleteConflict("This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.");
        }

        call.Account.Iam.Policies.Remove(policy.Arn);
        return [];
    }

    private static IEnumerable<XElement?> CreateVersion(AwsCall call)
    {
        var policy = Named(call);
        var document = PolicyQuotas.ManagedPolicy(ReadPolicy(call, "PolicyDocument"));
        if (policy.Versions.Count >= VersionsAtMost)
        {
            throw new AwsException("LimitExceeded", $"A managed policy can have up to {VersionsAtMost} versions. Before you create a new version, you must delete an existing version.", 409);
        }

        var version = new PolicyVersion(++policy.LastVersion, document, call.Now);
        policy.Versions[version.Number] = version;
        policy.Updated = call.Now;
        if (call.Parameters.Flag("SetAsDefault") == true)
        {
            policy.DefaultVersion = version.Number;
        }

        return [X("PolicyVersion", WriteVersion(policy, version, false))];
    }

    private static IEnumerable<XElement?> DeleteVersion(AwsCall call)
    {
        var policy = Named(call);
        var version = Version(call, policy);
        if (version.Number == policy.DefaultVersion)
        {
            throw IamState.DeleteConflict("Cannot delete the default version of a policy.");
        }

        policy.Versions.Remove(version.Number);
        return [];
    }

    private static IEnumerable<XElement?> SetDefault(AwsCall call)
    {
        var policy = Named(call);
        policy.DefaultVersion = Version(call, policy).Number;
        policy.Updated = call.Now;
        return [];
    }

    private static IEnumerable<XElement?> ListEntities(AwsCall call)
    {
        var arn = RolePolicyOperations.RequirePolicy(call);
        var iam = call.Account.Iam;
        return
        [
            Members("PolicyGroups", []),
            Members("PolicyUsers", iam.Users.Values.Where(user => user.AttachedPolicies.Contains(arn)).Select(user => new[] { X("UserName", user.Name), X("UserId", user.Id) })),
            Members("PolicyRoles", iam.Roles.Values.Where(role => role.AttachedPolicies.Contains(arn)).Select(role => new[] { X("RoleName", role.Name), X("RoleId", role.Id) })),
            X("IsTruncated", false),
        ];
    }

    private static PolicyVersion Version(AwsCall call, Policy policy)
    {
        var id = RequireMember(call, "VersionId");
        return id.StartsWith('v') && int.TryParse(id[1..], out var number) && policy.Versions.TryGetValue(number, out var version) ? version
            : throw IamState.NoSuchEntity($"Policy {policy.Arn} version {id} does not exist or is not attachable.");
    }

    private static int Attachments(AwsCall call, string arn) =>
        call.Account.Iam.Roles.Values.Count(role => role.AttachedPolicies.Contains(arn)) + call.Account.Iam.Users.Values.Count(user => user.AttachedPolicies.Contains(arn));

    private static XElement?[] WriteAny(AwsCall call, string arn, bool whole)
    {
        if (call.Account.Iam.Policies.TryGetValue(arn, out var policy))
        {
            return Write(call, policy, whole);
        }

        if (!AwsManagedPolicies.Contains(call.Account.Partition, arn))
        {
            throw IamState.NoSuchEntity($"Policy {arn} was not found.");
        }

        var path = arn[(arn.IndexOf('/', StringComparison.Ordinal))..(arn.LastIndexOf('/') + 1)];
        return
        [
            X("PolicyName", arn[(arn.LastIndexOf('/') + 1)..]), X("PolicyId", "ANPA" + Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(arn))[^16..]), X("Arn", arn), X("Path", path),
            X("DefaultVersionId", "v1"), X("AttachmentCount", Attachments(call, arn)), X("PermissionsBoundaryUsageCount", 0), X("IsAttachable", true),
        ];
    }

    private static XElement?[] Write(AwsCall call, Policy policy, bool whole) =>
    [
        X("PolicyName", policy.Name), X("PolicyId", policy.Id), X("Arn", policy.Arn), X("Path", policy.Path), X("DefaultVersionId", $"v{policy.DefaultVersion}"),
        X("AttachmentCount", Attachments(call, policy.Arn)), X("PermissionsBoundaryUsageCount", 0), X("IsAttachable", true), whole ? X("Description", policy.Description) : null,
        X("CreateDate", policy.Created), X("UpdateDate", policy.Updated), whole ? TagsOf(policy.Tags) : null,
    ];

    private static XElement?[] WriteVersion(Policy policy, PolicyVersion version, bool whole) =>
    [
        whole ? X("Document", Uri.EscapeDataString(version.Document)) : null, X("VersionId", $"v{version.Number}"),
        X("IsDefaultVersion", version.Number == policy.DefaultVersion), X("CreateDate", version.Created),
    ];
}
