using System.Xml.Linq;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Iam.IamService;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Iam;

/// <summary>Instance profiles.</summary>
internal static class InstanceProfileOperations
{
    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateInstanceProfile"] = Create,
        ["GetInstanceProfile"] = call => [X("InstanceProfile", Write(Named(call)))],
        ["ListInstanceProfiles"] = call => Page(call, "InstanceProfiles", call.Account.Iam.InstanceProfiles.Values, Write),
        ["ListInstanceProfilesForRole"] = call => Page(call, "InstanceProfiles", RoleOperations.Named(call) is var role ? call.Account.Iam.InstanceProfiles.Values.Where(profile => profile.Role == role) : [], Write),
        ["AddRoleToInstanceProfile"] = Add,
        ["RemoveRoleFromInstanceProfile"] = Remove,
        ["TagInstanceProfile"] = call => Tag(call, Named(call).Tags),
        ["UntagInstanceProfile"] = call => Untag(call, Named(call).Tags),
        ["ListInstanceProfileTags"] = call => Page(call, "Tags", Named(call).Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal), WriteTag),
        ["DeleteInstanceProfile"] = Delete,
    };

    private static InstanceProfile Named(AwsCall call) => RequireMember(call, "InstanceProfileName") is var name && call.Account.Iam.InstanceProfiles.TryGetValue(name, out var profile) ? profile
        : throw IamState.NoSuchEntity($"Instance Profile {name} cannot be found.");

    private static IEnumerable<XElement?> Create(AwsCall call)
    {
        var (name, path) = (ReadName(call, "InstanceProfileName", 128), ReadPath(call));
        var profile = new InstanceProfile(name, path, call.Account.Arn("iam", "", $"instance-profile{path}{name}"), call.Now) { Tags = ReadTags(call) };
        return call.Account.Iam.InstanceProfiles.TryAdd(name, profile) ? [X("InstanceProfile", Write(profile))] : throw IamState.AlreadyExists($"Instance Profile {name} already exists.");
    }

    private static IEnumerable<XElement?> Add(AwsCall call)
    {
        var (profile, role) = (Named(call), RoleOperations.Named(call));
        if (profile.Role is not null)
        {
            throw new AwsException("LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1", 409);
        }

        profile.Role = role;
        return [];
    }

    private static IEnumerable<XElement?> Remove(AwsCall call)
    {
        var (profile, role) = (Named(call), RoleOperations.Named(call));
        if (profile.Role != role)
        {
            throw IamState.NoSuchEntity($"Role {role.Name} is not in instance profile {profile.Name}.");
        }

        profile.Role = null;
        return [];
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        var profile = Named(call);
        if (profile.Role is not null)
        {
            throw IamState.DeleteConflict("Cannot delete entity, must remove roles from instance profile first.");
        }

        call.Account.Iam.InstanceProfiles.Remove(profile.Name);
        return [];
    }

    private static XElement?[] Write(InstanceProfile profile) =>
    [
        X("Path", profile.Path), X("InstanceProfileName", profile.Name), X("InstanceProfileId", profile.Id), X("Arn", profile.Arn), X("CreateDate", profile.Created),
        Members("Roles", profile.Role is null ? [] : [RoleOperations.Write(profile.Role, false)]), TagsOf(profile.Tags),
    ];
}
