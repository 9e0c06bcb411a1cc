using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters.Creation;
using EksTools.Core.Errors;
using EksTools.Core.Networking;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Removal;

/// <summary>A rule that EksTools added to a security group of others, for this cluster.</summary>
internal sealed record OwnRule(string Group, string Id, bool IsEgress);

/// <summary>
/// Rules that EksTools added to security groups of others, such as the one that lets the control plane reach the load balancer controller's webhook: they
/// name the cluster's security group, and EKS leaves a group behind that a rule names.
/// </summary>
internal sealed class OwnRules(AwsAccount account, ClusterInventory inventory)
{
    public const string Step = "security-group-rules";

    /// <summary>Those of a cluster, by their tags.</summary>
    public static async Task<IReadOnlyList<OwnRule>> ReadAsync(AwsAccount account, ClusterIdentity identity, CancellationToken cancellationToken) =>
        [.. (await account.Ec2.FindSecurityGroupRulesAsync(Ec2Ensure.Filters(identity), cancellationToken)).Select(static rule => new OwnRule(rule.GroupId, rule.SecurityGroupRuleId, rule.IsEgress == true))];

    /// <summary>The step that revokes them; none when there are none.</summary>
    /// <param name="needs">The steps after which nobody needs them.</param>
    public IEnumerable<PlanStep> Create(IReadOnlyList<string> needs)
    {
        if (inventory.Rules.Count > 0)
        {
            yield return new PlanStep { Id = Step, Needs = needs, Description = $"rules that EksTools added to {string.Join(", ", inventory.Rules.Select(static rule => rule.Group).Distinct(StringComparer.Ordinal))}", Ensure = RevokeAsync };
        }
    }

    private async Task<StepOutcome> RevokeAsync(StepContext context, CancellationToken cancellationToken)
    {
        StepOutcome outcome = StepOutcome.Skipped;
        foreach (OwnRule rule in inventory.Rules)
        {
            try
            {
                await (rule.IsEgress
                    ? account.Ec2.RevokeSecurityGroupEgressAsync(new RevokeSecurityGroupEgressRequest { GroupId = rule.Group, SecurityGroupRuleIds = [rule.Id] }, cancellationToken)
                    : (Task)account.Ec2.RevokeSecurityGroupIngressAsync(new RevokeSecurityGroupIngressRequest { GroupId = rule.Group, SecurityGroupRuleIds = [rule.Id] }, cancellationToken));
                context.Observer.Verbose($"{rule.Group}: revoked {rule.Id}");
                outcome = StepOutcome.Deleted;
            }
            catch (AmazonServiceException exception) when (exception.ErrorCode is "InvalidGroup.NotFound" or "InvalidSecurityGroupRuleId.NotFound")
            {
                // It, or its group, went between the look and the call.
            }
            catch (AmazonServiceException exception) when (AwsFailure.Translate(exception).Kind == EksErrorKind.Denied)
            {
                // Somebody's group that this principal may not change is no reason to leave a cluster half removed.
                string command = $"aws ec2 revoke-security-group-{(rule.IsEgress ? "egress" : "ingress")} --region {inventory.Identity.Region} --group-id {rule.Group} --security-group-rule-ids {rule.Id}";
                context.Observer.Warn($"The rule {rule.Id} of security group {rule.Group} stays, and with it the cluster's security group that it names: {(await account.TranslateAsync(exception)).Message} To remove it: {command}");
            }
        }

        return outcome;
    }
}
