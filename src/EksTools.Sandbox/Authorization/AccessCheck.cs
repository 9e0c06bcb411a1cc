using EksTools.Sandbox.Iam.Policies;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Authorization;

/// <summary>
/// Whom a policy of the resource's own names, in the same account
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html).
/// </summary>
internal enum ResourceGrant
{
    /// <summary>Nobody but the account: the caller's own policies decide.</summary>
    None,

    /// <summary>The role of the caller's session: no policy of the role's need allow it, but the permissions boundary and the session's policies must.</summary>
    ToRole,

    /// <summary>The session or the user itself: only a denial refuses.</summary>
    ToCaller,
}

/// <summary>One permission that a call needs: an action on a resource.</summary>
/// <param name="Action">The action, such as <c>eks:DescribeCluster</c>.</param>
/// <param name="Resource">The resource's ARN, or <c>*</c> for an action that takes none.</param>
internal sealed record AccessCheck(string Action, string Resource)
{
    /// <summary>How the service names the resource when it refuses; null for not at all.</summary>
    public string? Named { get; init; } = Resource == "*" ? null : Resource;

    /// <summary>The condition keys of the action and its resource, beside the global ones.</summary>
    public RequestContext Context { get; init; } = [];

    /// <summary>What a policy of the resource's own grants already, so that policies of the caller's need not.</summary>
    public ResourceGrant Granted { get; init; }

    /// <summary>An error of the service's own in place of the ordinary refusal.</summary>
    public AwsException? Refusal { get; init; }

    /// <summary>The keys of tags that the request gives.</summary>
    public AccessCheck Giving(IReadOnlyDictionary<string, string> tags)
    {
        foreach (var (key, value) in tags)
        {
            Context.With($"aws:RequestTag/{key}", value);
        }

        Context.With("aws:TagKeys", [.. tags.Keys]);
        return this;
    }

    /// <summary>The keys of tags that the resource has.</summary>
    /// <param name="service">A service that spells them in its own way as well.</param>
    public AccessCheck On(IReadOnlyDictionary<string, string>? tags, string? service = null)
    {
        foreach (var (key, value) in tags ?? new Dictionary<string, string>())
        {
            Context.With($"aws:ResourceTag/{key}", value);
            _ = service is null ? Context : Context.With($"{service}:ResourceTag/{key}", value);
        }

        return this;
    }
}
