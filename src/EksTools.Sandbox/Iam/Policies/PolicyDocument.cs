namespace EksTools.Sandbox.Iam.Policies;

/// <summary>An IAM policy, read and checked.</summary>
/// <param name="HasVariables">Whether <c>${…}</c> stands for something: only in version 2012-10-17.</param>
internal sealed record PolicyDocument(bool HasVariables, IReadOnlyList<PolicyStatement> Statements)
{
    /// <summary>Reads a policy of an identity, a permissions boundary or a session; throws MalformedPolicyDocument in IAM's words.</summary>
    public static PolicyDocument ParseIdentity(string json) => PolicyReader.Read(json, trust: false);

    /// <summary>Reads a role's trust policy; throws MalformedPolicyDocument in IAM's words.</summary>
    public static PolicyDocument ParseTrust(string json) => PolicyReader.Read(json, trust: true);
}

/// <summary>One statement. An element that the document does not have is null.</summary>
internal sealed record PolicyStatement
{
    public string? Sid { get; init; }

    /// <summary>Whether the effect is Allow; otherwise it is Deny.</summary>
    public required bool Allows { get; init; }

    public PolicyPrincipals? Principal { get; init; }

    public PolicyPrincipals? NotPrincipal { get; init; }

    public IReadOnlyList<string>? Action { get; init; }

    public IReadOnlyList<string>? NotAction { get; init; }

    public IReadOnlyList<string>? Resource { get; init; }

    public IReadOnlyList<string>? NotResource { get; init; }

    public IReadOnlyList<PolicyCondition> Conditions { get; init; } = [];
}

/// <summary>A Principal element.</summary>
/// <param name="Anyone">Whether it is the bare <c>"*"</c>.</param>
/// <param name="Names">The names by kind: AWS, Service, Federated, CanonicalUser.</param>
internal sealed record PolicyPrincipals(bool Anyone, IReadOnlyDictionary<string, IReadOnlyList<string>> Names)
{
    /// <summary>Whether the element names the principal. A star stands for everyone of the kind, never for a part of a name.</summary>
    public bool Match(RequestPrincipal principal) =>
        Anyone || (Names.TryGetValue(principal.Kind, out var names) && names.Any(name => name == "*" || principal.Names.Contains(name)))
        // {"AWS": "*"} is the same as "*", by AWS's rules.
        || (Names.TryGetValue("AWS", out var arns) && arns.Contains("*"));
}

/// <summary>One key of a Condition element.</summary>
/// <param name="Operator">The operator without qualifier and suffix, such as <c>StringLike</c>.</param>
internal sealed record PolicyCondition(ConditionSet Set, string Operator, bool IfExists, string Key, IReadOnlyList<string> Values);

/// <summary>How an operator takes a key of many values.</summary>
internal enum ConditionSet
{
    None,
    ForAllValues,
    ForAnyValue,
}
