using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using EksTools.Core.Accounts;
using EksTools.Core.Errors;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Creation;

/// <summary>AWS's own policies on roles: attached to those of a cluster, looked for on those that the caller brings.</summary>
internal sealed class RolePolicies(AwsAccount account)
{
    /// <summary>The ARN of a policy of AWS.</summary>
    public string Managed(string policy) => $"arn:{account.Partition.Name}:iam::aws:policy/{policy}";

    /// <summary>A role of the caller's is never changed. What it lacks it may be allowed in another way, which cannot be told from here.</summary>
    public async Task<StepOutcome> LookAsync(string arn, IReadOnlyList<string> names, StepContext context, CancellationToken cancellationToken)
    {
        try
        {
            HashSet<string> attached = await AttachedPolicies.ReadAsync(account.Iam, ClusterRoles.NameOf(arn), cancellationToken);
            string[] missing = [.. names.Where(name => !attached.Contains(Managed(name)))];
            if (missing.Length > 0)
            {
                context.Observer.Warn($"The role {arn} does not have {string.Join(", ", missing)}. EksTools changes no role of yours: attach what is missing, unless policies of your own allow the same.");
            }

            return StepOutcome.Found;
        }
        catch (AmazonServiceException exception) when (AwsFailure.Translate(exception).Kind == EksErrorKind.Denied)
        {
            context.Observer.Verbose($"The policies of the role {arn} may not be looked at by this principal.");
            return StepOutcome.Skipped;
        }
    }

    /// <summary>Attaches what a role lacks.</summary>
    /// <param name="role">The role's name.</param>
    /// <param name="names">Names of policies.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <param name="found">Takes the ARNs of those that were attached before.</param>
    public async Task<StepOutcome> EnsureAsync(string role, IReadOnlyList<string> names, CancellationToken cancellationToken, Action<HashSet<string>>? found = null)
    {
        HashSet<string> attached = await AttachedPolicies.ReadAsync(account.Iam, role, cancellationToken);
        found?.Invoke(attached);
        StepOutcome outcome = StepOutcome.Found;
        foreach (string arn in names.Select(Managed).Where(arn => !attached.Contains(arn)))
        {
            await account.Iam.AttachRolePolicyAsync(new AttachRolePolicyRequest { RoleName = role, PolicyArn = arn }, cancellationToken);
            outcome = StepOutcome.Created;
        }

        return outcome;
    }
}
