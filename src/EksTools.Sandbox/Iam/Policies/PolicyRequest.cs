namespace EksTools.Sandbox.Iam.Policies;

/// <summary>What policies decide.</summary>
internal enum PolicyDecision
{
    Allowed,
    ExplicitDeny,
    ImplicitDeny,
}

/// <summary>Who asks, as Principal elements name it.</summary>
/// <param name="Kind">AWS, Service or Federated.</param>
/// <param name="Names">Every name that stands for it: of a session its own ARN, the role's and the account's.</param>
internal sealed record RequestPrincipal(string Kind, IReadOnlyList<string> Names)
{
    public static RequestPrincipal Aws(params IReadOnlyList<string> arns) => new("AWS", arns);

    public static RequestPrincipal Service(string name) => new("Service", [name]);

    public static RequestPrincipal Federated(string provider) => new("Federated", [provider]);
}

/// <summary>What is asked.</summary>
/// <param name="Principal">Who asks; null in policies of an identity, which have no Principal.</param>
/// <param name="Action">The action, such as <c>eks:DescribeCluster</c>.</param>
/// <param name="Resource">The resource's ARN, or <c>*</c> for an action that takes none.</param>
internal sealed record PolicyRequest(RequestPrincipal? Principal, string Action, string Resource, RequestContext Context);

/// <summary>The condition keys of a request, without regard to case, each with one or many values.</summary>
internal sealed class RequestContext : Dictionary<string, IReadOnlyList<string>>
{
    public RequestContext()
        : base(StringComparer.OrdinalIgnoreCase)
    {
    }

    /// <summary>Sets a key of one value; null leaves it absent.</summary>
    public RequestContext With(string key, string? value) => value is null ? this : With(key, [value]);

    /// <summary>Sets a key of many values; none leaves it absent.</summary>
    public RequestContext With(string key, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            this[key] = values;
        }

        return this;
    }

    /// <summary>The one value of a key; null when it is absent or has several.</summary>
    public string? Single(string key) => TryGetValue(key, out var values) && values is [var only] ? only : null;
}
