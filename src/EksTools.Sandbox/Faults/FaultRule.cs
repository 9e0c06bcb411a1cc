namespace EksTools.Sandbox.Faults;

/// <summary>What goes wrong.</summary>
public enum FaultKind
{
    /// <summary>The service answers that it is asked too often.</summary>
    Throttle,

    /// <summary>The service fails with status 500, without acting.</summary>
    Error500,

    /// <summary>The service fails with status 503, without acting.</summary>
    Error503,

    /// <summary>The connection drops before the service acts.</summary>
    DropBefore,

    /// <summary>The service acts; the connection drops before its answer.</summary>
    DropAfter,

    /// <summary>The answer comes late, by <see cref="FaultRule.Delay"/>.</summary>
    Delay,

    /// <summary>A read does not see what was created within <see cref="FaultRule.Delay"/> (5 s if zero), and of a role the trust policy that it had before.</summary>
    Stale,

    /// <summary>The caller is not allowed.</summary>
    AccessDenied,

    /// <summary>AWS has no room: node groups, NAT gateways and VPC endpoints fail in their own way, other operations with an error.</summary>
    Capacity,

    /// <summary>The quota of what the operation makes is used up; operations that make nothing are not hit.</summary>
    LimitExceeded,

    /// <summary>The credentials have expired.</summary>
    Expired,

    /// <summary>The service refuses with <see cref="FaultRule.Code"/> and <see cref="FaultRule.Message"/>.</summary>
    Refuse,

    /// <summary>The service takes the call; what it makes (a cluster, node group, Fargate profile, add-on or NAT gateway) then fails with <see cref="FaultRule.Code"/> and <see cref="FaultRule.Message"/>.</summary>
    Fail,

    /// <summary>The connection drops before the service acts, and nothing gets through any more until the faults are cleared: how a client that was killed looks from here.</summary>
    CutBefore,

    /// <summary>As <see cref="CutBefore"/>, when the service has acted.</summary>
    CutAfter,
}

/// <summary>An injected fault.</summary>
public sealed record FaultRule
{
    /// <summary><c>eks</c>, <c>iam</c>, <c>sts</c>, <c>ec2</c>, or <c>kubernetes</c> for the clusters' API servers (the built-in ones); null or <c>*</c> for any.</summary>
    public string? Service { get; init; }

    /// <summary>The operation's name, in Kubernetes verb and resource such as <c>patch serviceaccounts</c>; null or <c>*</c> for any.</summary>
    public string? Operation { get; init; }

    /// <summary>What the call's path or body must hold besides, such as a role's name; null for any.</summary>
    public string? Concerning { get; init; }

    /// <summary>What goes wrong.</summary>
    public required FaultKind Kind { get; init; }

    /// <summary>How many calls it befalls.</summary>
    public int Count { get; init; } = 1;

    /// <summary>How many matching calls pass unharmed before.</summary>
    public int Skip { get; init; }

    /// <summary>For <see cref="FaultKind.Delay"/> and <see cref="FaultKind.Stale"/>, by the sandbox's clock and not divided by its speed; over HTTP a number of seconds.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>For <see cref="FaultKind.Refuse"/> the error's code (of Kubernetes its reason, such as <c>Conflict</c>), for <see cref="FaultKind.Fail"/> that of the health issue.</summary>
    public string? Code { get; init; }

    /// <summary>What AWS says with <see cref="Code"/>.</summary>
    public string? Message { get; init; }

    /// <summary>Whether this drop cuts the sandbox off.</summary>
    internal bool Cuts { get; init; }

    internal bool Matches(string service, string operation, string path, string body) =>
        Fits(Service, service) && Fits(Operation, operation) && (Concerning is null || path.Contains(Concerning, StringComparison.Ordinal) || body.Contains(Concerning, StringComparison.Ordinal));

    private static bool Fits(string? pattern, string value) => pattern is null or "*" || pattern.Equals(value, StringComparison.OrdinalIgnoreCase);
}
