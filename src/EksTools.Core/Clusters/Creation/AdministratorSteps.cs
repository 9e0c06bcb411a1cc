using Amazon.EKS;
using Amazon.EKS.Model;
using EksTools.Access;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Access.Mappings.Changes;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Creation;

/// <summary>
/// The cluster's administrators besides its creator: an access entry each, with the policy that administers the whole cluster. They go with the cluster.
/// </summary>
internal sealed class AdministratorSteps(ClusterBuild build)
{
    private const string Policy = "AmazonEKSClusterAdminPolicy";

    // IAM tells EKS of a new principal, and EKS itself of a new entry, within seconds:
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html#troubleshoot_general_eventual-consistency
    private static readonly TimeSpan UntilVisible = TimeSpan.FromSeconds(30);
    private readonly IAmazonEKS eks = build.Account.Eks;

    public IEnumerable<PlanStep> Create() => build.Specification.Administrators.Select(arn => new PlanStep
    {
        Id = $"administrator {arn}",
        Needs = [ControlPlaneSteps.Active],
        Description = $"access entry of {arn} with {Policy}",
        Ensure = (context, token) => EnsureAsync(arn, context, token),
    });

    private async Task<StepOutcome> EnsureAsync(string arn, StepContext context, CancellationToken cancellationToken)
    {
        StepOutcome outcome = StepOutcome.Found;
        AmazonEKSException? refusal = null;
        try
        {
            await context.Poller.WithinAsync(UntilVisible, patience => context.Poller.UntilAsync(TryAsync, patience), cancellationToken);
        }
        catch (EksToolsException exception) when (exception.ErrorId == "WaitTimedOut" && refusal is not null)
        {
            throw new EksToolsException(EksErrorKind.Validation, "AdministratorRefused", $"EKS does not take {arn} as an administrator of cluster {build.Identity.Name}: {refusal.Message}", arn, "If the principal is gone, remove the cluster and create it without it.", refusal);
        }

        return outcome;

        async Task<string?> TryAsync(CancellationToken token)
        {
            try
            {
                EksIamMapping? there = await AccessEntryReader.FindAsync(build.Account, build.Cluster!, arn, token);
                if (there is null)
                {
                    await CreateAsync(arn, token);
                    outcome = StepOutcome.Created;
                }
                else if (there.Type != NodeRows.StandardType)
                {
                    throw new EksToolsException(EksErrorKind.Conflict, "AdministratorIsForNodes", $"{arn} has an access entry of type {there.Type} in cluster {build.Identity.Name}, which administers nothing.", arn, "Nodes use this role: choose another administrator.");
                }
                else if (there.AccessPolicies.Any(policy => policy.PolicyArn == PolicyArn && policy.Namespaces.Count == 0))
                {
                    return arn;
                }

                await eks.AssociateAccessPolicyAsync(new AssociateAccessPolicyRequest { ClusterName = build.Identity.Name, PrincipalArn = arn, PolicyArn = PolicyArn, AccessScope = new AccessScope { Type = AccessScopeType.Cluster } }, token);
                outcome = outcome == StepOutcome.Created ? outcome : StepOutcome.Updated;
                return arn;
            }
            catch (ResourceInUseException)
            {
                // Made by a call whose answer was lost, or by somebody else: the next look tells.
                return null;
            }
            catch (AmazonEKSException exception) when (exception is ResourceNotFoundException or InvalidParameterException)
            {
                refusal = exception;
                context.Detail($"EKS does not see it yet: {exception.Message}");
                return null;
            }
        }
    }

    private Task CreateAsync(string arn, CancellationToken cancellationToken) => eks.CreateAccessEntryAsync(
        new CreateAccessEntryRequest { ClusterName = build.Identity.Name, PrincipalArn = arn, Type = NodeRows.StandardType, Tags = build.Specification.Tags("administrator") },
        cancellationToken);

    private string PolicyArn => AccessPolicies.Arn(build.Account.Partition.Name, Policy);
}
