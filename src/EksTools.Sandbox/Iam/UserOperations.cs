using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Iam.IamService;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Iam;

/// <summary>Users and their access keys.</summary>
internal static class UserOperations
{
    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateUser"] = Create,
        ["GetUser"] = call => [X("User", Write(Named(call), true))],
        ["ListUsers"] = call => Page(call, "Users", call.Account.Iam.Users.Values.Where(user => user.Path.StartsWith(call.Parameters.Get("PathPrefix") ?? "/", StringComparison.Ordinal)), user => Write(user, false)),
        ["DeleteUser"] = Delete,
        ["TagUser"] = call => Tag(call, Named(call).Tags),
        ["UntagUser"] = call => Untag(call, Named(call).Tags),
        ["ListUserTags"] = call => Page(call, "Tags", Named(call).Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal), WriteTag),
        ["CreateAccessKey"] = CreateKey,
        ["DeleteAccessKey"] = DeleteKey,
        ["ListAccessKeys"] = call => Page(call, "AccessKeyMetadata", Named(call) is var user ? user.AccessKeys : [], key => [X("UserName", user.Name), X("AccessKeyId", key.Key), X("Status", "Active"), X("CreateDate", key.Value)]),
        ["AttachUserPolicy"] = call =>
        {
            Named(call).AttachedPolicies.Add(RolePolicyOperations.RequirePolicy(call));
            return [];
        },
        ["DetachUserPolicy"] = call => Named(call).AttachedPolicies.Remove(RequireMember(call, "PolicyArn")) ? [] : throw IamState.NoSuchEntity($"Policy {call.Parameters.Get("PolicyArn")} was not found."),
        ["ListAttachedUserPolicies"] = call => Page(call, "AttachedPolicies", Named(call).AttachedPolicies, RolePolicyOperations.WriteAttached),
    };

    /// <summary>The user that the request names, or the caller.</summary>
    private static User Named(AwsCall call)
    {
        var iam = call.Account.Iam;
        return call.Parameters.Get("UserName") is { } name
            ? iam.Users.GetValueOrDefault(name) ?? throw IamState.NoSuchEntity($"The user with name {name} cannot be found.")
            : iam.Users.Values.FirstOrDefault(user => user.Arn == call.Caller.IamArn) ?? throw new AwsException("ValidationError", "Must specify userName when calling with non-User credentials");
    }

    private static IEnumerable<XElement?> Create(AwsCall call)
    {
        var (name, path) = (ReadName(call, "UserName", 64), ReadPath(call));
        var user = new User(name, path, call.Account.Arn("iam", "", $"user{path}{name}"), call.Now) { Tags = ReadTags(call) };
        return call.Account.Iam.Users.TryAdd(name, user) ? [X("User", Write(user, true))] : throw IamState.AlreadyExists($"User with name {name} already exists.");
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        RequireMember(call, "UserName");
        var user = Named(call);
        if (user.AccessKeys.Count > 0)
        {
            throw IamState.DeleteConflict("Cannot delete entity, must delete access keys first.");
        }

        if (user.AttachedPolicies.Count > 0)
        {
            throw IamState.DeleteConflict("Cannot delete entity, must detach all policies first.");
        }

        call.Account.Iam.Users.Remove(user.Name);
        return [];
    }

    private static IEnumerable<XElement?> CreateKey(AwsCall call)
    {
        var user = Named(call);
        if (user.AccessKeys.Count >= 2)
        {
            throw new AwsException("LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2", 409);
        }

        var key = call.Account.Credentials.AddPermanent(new Principal(user.Arn, user.Id, user.Arn));
        user.AccessKeys[key.Id] = call.Now;
        return [X("AccessKey", X("UserName", user.Name), X("AccessKeyId", key.Id), X("Status", "Active"), X("SecretAccessKey", key.Secret), X("CreateDate", call.Now))];
    }

    private static IEnumerable<XElement?> DeleteKey(AwsCall call)
    {
        var id = RequireMember(call, "AccessKeyId");
        if (!Named(call).AccessKeys.Remove(id))
        {
            throw IamState.NoSuchEntity($"The Access Key with id {id} cannot be found.");
        }

        call.Account.Credentials.Remove(id);
        return [];
    }

    private static XElement?[] Write(User user, bool whole) =>
        [X("Path", user.Path), X("UserName", user.Name), X("UserId", user.Id), X("Arn", user.Arn), X("CreateDate", user.Created), whole ? TagsOf(user.Tags) : null];
}
