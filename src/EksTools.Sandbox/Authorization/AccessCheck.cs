using EksTools.Sandbox.Iam.Policies;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Authorization;

/// <summary>One permission that a call needs: an action on a resource.</summary>
/// <param name="Action">The action, such as <c>eks:DescribeCluster</c>.</param>
/// <param name="Resource">The resource's ARN, or <c>*</c> for an action that takes none.</param>
internal sealed record AccessCheck(string Action, string Resource)
{
    /// <summary>How the service names the resource when it refuses; null for not at all.</summary>
    public string? Named { get; init; } = Resource == "*" ? null : Resource;

    /// <summary>The condition keys of the action and its resource, beside the global ones.</summary>
    public RequestContext Context { get; init; } = [];

    /// <summary>Whether a policy of the resource's own allows it already, so that only a denial refuses.</summary>
    public bool Granted { get; init; }

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
