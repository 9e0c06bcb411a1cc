namespace EksTools.Sandbox.Iam.Policies;

/// <summary>Decides what policies say of a request: a Deny that matches wins, then an Allow, and otherwise nothing is allowed.</summary>
internal static class PolicyEvaluator
{
    /// <summary>The decision of policies of one kind, such as all of an identity's.</summary>
    public static PolicyDecision Evaluate(IEnumerable<PolicyDocument> policies, PolicyRequest request)
    {
        var decision = PolicyDecision.ImplicitDeny;
        foreach (var (policy, statement) in policies.SelectMany(policy => policy.Statements.Select(statement => (policy, statement))))
        {
            if (Matches(statement, request, policy.HasVariables))
            {
                if (!statement.Allows)
                {
                    return PolicyDecision.ExplicitDeny;
                }

                decision = PolicyDecision.Allowed;
            }
        }

        return decision;
    }

    /// <summary>The decision of one policy.</summary>
    public static PolicyDecision Evaluate(PolicyDocument policy, PolicyRequest request) => Evaluate([policy], request);

    private static bool Matches(PolicyStatement statement, PolicyRequest request, bool hasVariables)
    {
        bool Action(string pattern) => PolicyPattern.Fill(pattern, null)!.Match(request.Action, ignoreCase: true);
        return (statement.Principal is null || (request.Principal is { } one && statement.Principal.Match(one)))
            && (statement.NotPrincipal is null || (request.Principal is { } other && !statement.NotPrincipal.Match(other)))
            && (statement.Action?.Any(Action) ?? !statement.NotAction!.Any(Action))
            && MatchesResource(statement, request, hasVariables ? request.Context : null)
            && statement.Conditions.All(condition => PolicyConditions.Met(condition, request.Context, hasVariables));
    }

    /// <summary>Whether the resource is the statement's; a trust policy has none, it is its role's.</summary>
    private static bool MatchesResource(PolicyStatement statement, PolicyRequest request, RequestContext? variables)
    {
        if (statement.Resource is null && statement.NotResource is null)
        {
            return true;
        }

        var patterns = (statement.Resource ?? statement.NotResource!).Select(text => PolicyPattern.Fill(text, variables)).ToList();
        var named = patterns.Any(pattern => pattern?.MatchResource(request.Resource) == true);
        return statement.Resource is not null ? named : !named && !patterns.Contains(null);
    }
}
