using System.Text.RegularExpressions;
using EksTools.Core.Clusters;
using EksTools.Core.Permissions;
using EksTools.Permissions;
using EksTools.Sandbox.Iam.Policies;

namespace EksTools.Core.Tests.Permissions;

/// <summary>A policy's ARNs match the names that EksTools gives, whatever is known of them.</summary>
public sealed class PolicyScopeTests
{
    [Theory]
    [InlineData("demo", "us-west-2")]
    [InlineData("a-name-that-is-so-long-that-roles-need-a-shorter-one", "ap-southeast-1")]
    [InlineData("a-name-as-long-as-it-fits-in-one-region", "us-west-2")]
    [InlineData("x", "us-gov-east-1")]
    public void Roles_are_matched_by_exact_and_by_open_scopes(string name, string region)
    {
        ClusterIdentity identity = new(name, region);
        foreach ((string cluster, string? where) in new[] { (name, region), (name, null), ("*", region), ("*", null), ($"{name[..1]}*", null), ($"?{name[1..]}", region) })
        {
            PolicyScope scope = PolicyScope.Read(new IamPolicyRequest { Cmdlets = [], ClusterNames = [cluster], Region = where, Partition = where is null ? EksTools.Authentication.AwsPartition.FromRegion(region).Name : null });
            Assert.True(Matches(scope.Role("cluster"), identity.ClusterRoleName), $"{cluster} {where}");
            Assert.True(Matches(scope.Role("node"), identity.NodeRoleName), $"{cluster} {where}");
            Assert.True(Matches(scope.PodRoles(), identity.ServiceAccountRoleName("kube-system.ebs-csi-controller-sa")), $"{cluster} {where}");
        }
    }

    [Fact]
    public void Roles_of_another_cluster_are_not_matched_where_name_and_region_are_known()
    {
        PolicyScope scope = PolicyScope.Read(new IamPolicyRequest { Cmdlets = [], ClusterNames = ["demo"], Region = "us-west-2" });
        foreach (ClusterIdentity other in new ClusterIdentity[] { new("demo-2", "us-west-2"), new("demo", "us-east-1"), new("dem", "us-west-2") })
        {
            Assert.False(Matches(scope.Role("cluster"), other.ClusterRoleName));
            Assert.False(Matches(scope.PodRoles(), other.ServiceAccountRoleName("a")));
        }
    }

    /// <summary>Names alone do not tell the cluster's own roles from those for pods; what they are tagged with does.</summary>
    [Theory]
    [InlineData("demo", "us-west-2")]
    [InlineData("demo", null)]
    [InlineData("*", null)]
    public void What_changes_roles_for_pods_does_not_reach_the_cluster_s_own(string cluster, string? region)
    {
        ClusterIdentity identity = new("demo", "us-west-2");
        string[] cmdlets = ["New-EksServiceAccountRole", "Convert-EksServiceAccountRole", "Remove-EksServiceAccountRole", "Install-EksLoadBalancerController"];
        IReadOnlyList<EksIamPolicy> policies = new PermissionService().CreatePolicy(new IamPolicyRequest { Cmdlets = cmdlets, ClusterNames = [cluster], Region = region });
        PolicyDocument[] documents = [.. policies.Select(static policy => PolicyDocument.ParseIdentity(policy.PolicyDocument))];
        string[] changing = [.. documents.SelectMany(static document => document.Statements).SelectMany(static statement => statement.Action!).Distinct().Where(static action => action.EndsWith("Role", StringComparison.Ordinal) || action.Contains("RolePolicy", StringComparison.Ordinal) || action.Contains("AssumeRole", StringComparison.Ordinal) || action.Contains("Boundary", StringComparison.Ordinal)).Except(["iam:GetRole", "iam:PassRole"])];
        Assert.Contains("iam:UpdateAssumeRolePolicy", changing);
        Assert.Contains("iam:DeleteRole", changing);
        foreach (string action in changing)
        {
            Assert.Equal(PolicyDecision.ImplicitDeny, Decide(action, identity.ClusterRoleName, "cluster-role"));
            Assert.Equal(PolicyDecision.ImplicitDeny, Decide(action, identity.NodeRoleName, "node-role"));
            Assert.True(action == "iam:CreateRole" || Decide(action, identity.ServiceAccountRoleName("a"), "service-account-role") == PolicyDecision.Allowed, action);
        }

        // Nor is one of them made a role for pods by its mark.
        Assert.Equal(PolicyDecision.ImplicitDeny, Decide("iam:TagRole", identity.NodeRoleName, "node-role", "service-account-role"));
        Assert.Equal(PolicyDecision.Allowed, Decide("iam:TagRole", identity.ServiceAccountRoleName("new"), null, "service-account-role"));

        PolicyDecision Decide(string action, string role, string? component, string? mark = null) => PolicyEvaluator.Evaluate(documents, new PolicyRequest(null, action, $"arn:aws:iam::111122223333:role/{role}", new RequestContext()
            .With("aws:ResourceTag/ekstools:component", component).With("aws:RequestTag/ekstools:component", mark).With("aws:TagKeys", mark is null ? ["team"] : ["ekstools:component"])
            .With("iam:PolicyARN", "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy")));
    }

    [Fact]
    public void Every_cmdlet_s_policy_fits_a_managed_policy_or_several()
    {
        PermissionService service = new();
        foreach (string cmdlet in service.CmdletNames)
        {
            IReadOnlyList<EksIamPolicy> policies = service.CreatePolicy(new IamPolicyRequest { Cmdlets = [cmdlet], ClusterNames = ["demo"], Region = "us-west-2", AccountId = "111122223333" });

            // A cluster with every option, and all that its removal looks at, is more than one document has room for.
            Assert.True(policies.Count == (cmdlet is "New-EksCluster" or "Remove-EksCluster" ? 2 : 1), $"{cmdlet}: {policies.Count}");
            Assert.All(policies, static policy => Assert.InRange(policy.Length, 1, 6144));
        }
    }

    private static bool Matches(IEnumerable<string> arns, string role) =>
        arns.Any(arn => Regex.IsMatch($"role/{role}", "^" + Regex.Escape(arn[arn.IndexOf("role/", StringComparison.Ordinal)..]).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal) + "$"));
}
