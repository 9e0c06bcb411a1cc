using System.Xml.Linq;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Iam.IamService;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Iam;

/// <summary>Policies of roles: attached and inline.</summary>
internal static class RolePolicyOperations
{
    private const int AttachedAtMost = 10;

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["AttachRolePolicy"] = Attach,
        ["DetachRolePolicy"] = Detach,
        ["ListAttachedRolePolicies"] = call => Page(call, "AttachedPolicies", RoleOperations.Named(call).AttachedPolicies, WriteAttached),
        ["PutRolePolicy"] = Put,
        ["GetRolePolicy"] = Get,
        ["DeleteRolePolicy"] = Delete,
        ["ListRolePolicies"] = call => Page(call, "PolicyNames", RoleOperations.Named(call).InlinePolicies.Keys),
    };

    /// <summary>A managed policy that exists: one of AWS's or the account's.</summary>
    public static string RequirePolicy(AwsCall call)
    {
        var arn = RequireMember(call, "PolicyArn");
        return !arn.StartsWith("arn:", StringComparison.Ordinal) ? throw new AwsException("InvalidInput", $"ARN {arn} is not valid.")
            : AwsManagedPolicies.Contains(call.Account.Partition, arn) || call.Account.Iam.Policies.ContainsKey(arn) ? arn
            : throw IamState.NoSuchEntity($"Policy {arn} does not exist or is not attachable.");
    }

    /// <summary>The members of an attached policy.</summary>
    public static XElement?[] WriteAttached(string arn) => [X("PolicyName", arn[(arn.LastIndexOf('/') + 1)..]), X("PolicyArn", arn)];

    private static IEnumerable<XElement?> Attach(AwsCall call)
    {
        var role = RoleOperations.Named(call);
        var arn = RequirePolicy(call);
        if (!role.AttachedPolicies.Contains(arn) && role.AttachedPolicies.Count >= AttachedAtMost)
        {
            throw new AwsException("LimitExceeded", $"Cannot exceed quota for PoliciesPerRole: {AttachedAtMost}", 409);
        }

        role.AttachedPolicies.Add(arn);
        return [];
    }

    private static IEnumerable<XElement?> Detach(AwsCall call)
    {
        var arn = RequireMember(call, "PolicyArn");
        return RoleOperations.Named(call).AttachedPolicies.Remove(arn) ? [] : throw IamState.NoSuchEntity($"Policy {arn} was not found.");
    }

    private static IEnumerable<XElement?> Put(AwsCall call)
    {
        var (role, name) = (RoleOperations.Named(call), ReadName(call, "PolicyName", 128));
        role.InlinePolicies[name] = PolicyQuotas.InlinePolicy(role, name, ReadPolicy(call, "PolicyDocument"));
        return [];
    }

    private static IEnumerable<XElement?> Get(AwsCall call)
    {
        var (role, name) = (RoleOperations.Named(call), RequireMember(call, "PolicyName"));
        return role.InlinePolicies.TryGetValue(name, out var document)
            ? [X("RoleName", role.Name), X("PolicyName", name), X("PolicyDocument", Uri.EscapeDataString(document))]
            : throw Missing(name);
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        var name = RequireMember(call, "PolicyName");
        return RoleOperations.Named(call).InlinePolicies.Remove(name) ? [] : throw Missing(name);
    }

    private static AwsException Missing(string name) => IamState.NoSuchEntity($"The role policy with name {name} cannot be found.");
}
