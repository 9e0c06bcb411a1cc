using System.Text.Json.Nodes;
using EksTools.Core.Clusters;
using EksTools.Core.Clusters.Creation;
using EksTools.Core.Networking.Subnets;
using EksTools.Core.WorkloadIdentity.Policies;
using EksTools.Core.WorkloadIdentity.Roles;

namespace EksTools.Core.Permissions;

/// <summary>
/// What a statement of a policy is about: resources, and the conditions that narrow them as far as AWS knows any
/// (https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html).
/// </summary>
/// <param name="Sid">Its readable name.</param>
/// <param name="Resources">The ARNs.</param>
/// <param name="Conditions">Operator, key and values.</param>
internal sealed record PermissionStatement(string Sid, Func<PolicyScope, IEnumerable<string>> Resources, Func<PolicyScope, IEnumerable<(string Operator, string Key, IEnumerable<string> Values)>>? Conditions = null)
{
    private const string ClusterTag = ClusterIdentity.ClusterTag;
    private const string ResourceComponent = $"aws:ResourceTag/{ClusterIdentity.ComponentTag}";

    /// <summary>Listing and describing that takes no resource, in regional services.</summary>
    public static readonly PermissionStatement Look = new("Look", static _ => ["*"], static scope => scope.Region == "*" ? [] : [("StringEquals", "aws:RequestedRegion", [scope.Region])]);

    /// <summary>Asking which regions there are: for nobody who is kept to one.</summary>
    public static readonly PermissionStatement AllRegions = new("AllRegions", static scope => scope.Region == "*" ? ["*"] : []);

    /// <summary>Listing that takes no resource, in IAM.</summary>
    public static readonly PermissionStatement LookInIam = new("LookInIam", static _ => ["*"]);

    public static readonly PermissionStatement OnClusters = new("Clusters", static scope => scope.Eks("cluster", string.Empty));
    public static readonly PermissionStatement NodeGroups = new("NodeGroups", static scope => scope.Eks("nodegroup"));
    public static readonly PermissionStatement Addons = new("Addons", static scope => scope.Eks("addon"));
    public static readonly PermissionStatement PodIdentityAgent = new("PodIdentityAgent", static scope => scope.Eks("addon", $"/{PodIdentityEnsure.Agent}/*"));
    public static readonly PermissionStatement Certificates = new("Certificates", static scope => [scope.Acm("certificate/*")]);
    public static readonly PermissionStatement FargateProfiles = new("FargateProfiles", static scope => scope.Eks("fargateprofile"));
    public static readonly PermissionStatement Capabilities = new("Capabilities", static scope => scope.Eks("capability"));
    public static readonly PermissionStatement AccessEntries = new("AccessEntries", static scope => scope.Eks("access-entry"));
    public static readonly PermissionStatement PodIdentity = new("PodIdentity", static scope => scope.Eks("podidentityassociation"));

    // Of nodes with Linux, with Windows and of Auto Mode.
    private static readonly string[] NodeRoles = ["node", "windows-node", "auto-node"];

    /// <summary>The roles of control plane, nodes, Fargate and the vpc-cni add-on.</summary>
    public static readonly PermissionStatement ClusterRoles = new("ClusterRoles", static scope => new[] { "cluster" }.Concat(NodeRoles).Concat(["fargate", PolicyScope.CniRole]).SelectMany(scope.Role).Distinct());

    /// <summary>The role of the vpc-cni add-on, once it is there.</summary>
    public static readonly PermissionStatement CniRole = new("CniRole", static scope => scope.Role(PolicyScope.CniRole), static _ => [ForPods]);

    /// <summary>What the role of the vpc-cni add-on may in an IPv6 cluster, for which AWS manages no policy: within the boundary, when there is one.</summary>
    public static readonly PermissionStatement CniRolePermissions = new("CniRolePermissions", static scope => scope.Role(PolicyScope.CniRole), static scope => [ForPods, .. Bounded(scope)]);

    public static readonly PermissionStatement ClusterRolePolicies = new("ClusterRolePolicies", ClusterRoles.Resources, static scope =>
        [("ArnEquals", "iam:PolicyARN", RoleSteps.ClusterPolicyNames.Concat(AutoModeSteps.ClusterPolicyNames).Concat(RoleSteps.NodePolicyNames).Union(AutoModeSteps.NodePolicyNames).Concat(FargateSteps.PolicyNames).Append(RoleSteps.CniPolicy).Select(name => Managed(scope, name)))]);

    /// <summary>What only aws-node needs, taken off the nodes.</summary>
    public static readonly PermissionStatement NodeRoleCniPolicy = new("NodeRoleCniPolicy", static scope => scope.Role("node"), static scope => [("ArnEquals", "iam:PolicyARN", [Managed(scope, RoleSteps.CniPolicy)])]);

    public static readonly PermissionStatement PassClusterRole = new("PassClusterRole", static scope => scope.Role("cluster"), static _ => [("StringEquals", "iam:PassedToService", ["eks.amazonaws.com"])]);

    // AWS's own policies name both for the role of nodes; China's EC2 has a name of its own.
    public static readonly PermissionStatement PassNodeRole = new("PassNodeRole", static scope => NodeRoles.SelectMany(scope.Role).Distinct(), static scope =>
        [("StringEquals", "iam:PassedToService", ["eks.amazonaws.com", "ec2.amazonaws.com", .. scope.Partition == "aws-cn" ? ["ec2.amazonaws.com.cn"] : Array.Empty<string>()])]);

    /// <summary>Roles that the caller brings, for the cluster, for nodes, for Fargate or for an add-on; none until they are said.</summary>
    public static readonly PermissionStatement PassOwnRoles = new("PassOwnRoles", static scope => scope.OwnRoles, PassNodeRole.Conditions);

    /// <summary>The role of Fargate.</summary>
    public static readonly PermissionStatement PassFargateRole = new("PassFargateRole", static scope => scope.Role("fargate"), static _ => [("StringEquals", "iam:PassedToService", ["eks.amazonaws.com"])]);

    /// <summary>The role of the vpc-cni add-on, which EKS is handed with it.</summary>
    public static readonly PermissionStatement PassCniRole = new("PassCniRole", static scope => scope.Role(PolicyScope.CniRole), static _ => [("StringEquals", "iam:PassedToService", ["eks.amazonaws.com"])]);

    // By the service alone: AWS calls a resource's tag no reliable condition of PassRole (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html).
    // A role that does not trust pods.eks.amazonaws.com is of no use to it, and PodRoles lets nobody change what the cluster's own roles trust.
    public static readonly PermissionStatement PassPodRoles = new("PassPodRoles", static scope => scope.PodRoles(), static _ => [("StringEquals", "iam:PassedToService", ["pods.eks.amazonaws.com"])]);

    /// <summary>Roles for pods that are there. The names of control plane's and nodes' roles begin as theirs do: the tag tells them apart.</summary>
    public static readonly PermissionStatement PodRoles = new("PodRoles", static scope => scope.PodRoles(), static _ => [ForPods]);

    /// <summary>Making a role for pods, marked as one from the start: within the boundary, when there is one.</summary>
    public static readonly PermissionStatement NewPodRoles = new("NewPodRoles", static scope => scope.PodRoles(), static scope => [NewForPods, .. Bounded(scope)]);

    /// <summary>The mark, in the call that makes the role: never on a role that has one of ours already, such as the nodes'.</summary>
    public static readonly PermissionStatement TagNewPodRoles = new("TagNewPodRoles", static scope => scope.PodRoles(), static _ => [NewForPods, ("Null", ResourceComponent, ["true"])]);

    /// <summary>Other tags of a role for pods: none of ours, which say whose it is.</summary>
    public static readonly PermissionStatement TagPodRoles = new("TagPodRoles", static scope => scope.PodRoles(), static _ => [ForPods, ("ForAllValues:StringNotLike", "aws:TagKeys", ["ekstools:*"])]);

    /// <summary>What gives a role for pods permissions: within the boundary, when there is one.</summary>
    public static readonly PermissionStatement PodRolePermissions = new("PodRolePermissions", static scope => scope.PodRoles(), static scope => [ForPods, .. Bounded(scope)]);

    public static readonly PermissionStatement PodRolePolicies = new("PodRolePolicies", static scope => scope.PodRoles(), static scope => [ForPods, ("ArnLike", "iam:PolicyARN", scope.PodPolicies), .. Bounded(scope)]);

    /// <summary>Managed policies that roles for pods are to have.</summary>
    public static readonly PermissionStatement PoliciesToAttach = new("PoliciesToAttach", static scope => scope.PodPolicies);

    /// <summary>Roles and users of the account, to read.</summary>
    public static readonly PermissionStatement Principals = new("Principals", static scope => [scope.Iam("role/*"), scope.Iam("user/*")]);

    public static readonly PermissionStatement AllRoles = new("RolesToRead", static scope => [scope.Iam("role/*")]);

    public static readonly PermissionStatement InstanceProfiles = new("InstanceProfiles", static scope => [scope.Iam("instance-profile/*")]);

    // The two forms of issuers' hosts: oidc.eks.REGION.… and oidc-eks.REGION.….
    public static readonly PermissionStatement OidcProviders = new("OidcProviders", static scope => [scope.Iam($"oidc-provider/oidc.eks.{scope.Region}.*"), scope.Iam($"oidc-provider/oidc-eks.{scope.Region}.*")]);

    /// <summary>The providers that are tagged as the cluster's.</summary>
    public static readonly PermissionStatement ClusterOidcProvider = new("ClusterOidcProvider", OidcProviders.Resources, static scope => [Tagged("aws:ResourceTag", scope)]);

    public static readonly PermissionStatement EksLinkedRole = Linked("EksLinkedRole", "eks.amazonaws.com");
    public static readonly PermissionStatement FargateLinkedRole = Linked("FargateLinkedRole", "eks-fargate.amazonaws.com");
    public static readonly PermissionStatement NodeGroupLinkedRole = Linked("NodeGroupLinkedRole", "eks-nodegroup.amazonaws.com");

    /// <summary>What is made in EC2: tagged as the cluster's, from the start.</summary>
    public static readonly PermissionStatement MakeTagged = new("MakeTagged", static scope => [scope.Ec2()], static scope => [Tagged("aws:RequestTag", scope)]);

    /// <summary>Tags, in the call alone that makes what they are given to.</summary>
    public static readonly PermissionStatement TagWhatIsMade = new("TagWhatIsMade", static scope => [scope.Ec2()], static scope =>
        [Tagged("aws:RequestTag", scope), ("Null", "ec2:CreateAction", ["false"])]);

    /// <summary>What is tagged as the cluster's in EC2.</summary>
    public static readonly PermissionStatement ChangeTagged = new("ChangeTagged", static scope => [scope.Ec2()], static scope => [Tagged("aws:ResourceTag", scope)]);

    /// <summary>
    /// What nodes are launched from and in, which EKS asks of whoever hands it a launch template. The subnets may be somebody's, and the image is
    /// AWS's. What a launch makes is of <see cref="MakeTagged"/>: New-EksCluster's template tags it.
    /// </summary>
    public static readonly PermissionStatement LaunchNodes = new("LaunchNodes", static scope =>
        [scope.Ec2("key-pair/*"), scope.Ec2("launch-template/*"), scope.Ec2("security-group/*"), scope.Ec2("subnet/*"), $"arn:{scope.Partition}:ec2:{scope.Region}::image/*"]);

    /// <summary>VPCs, to read what only one of them at a time is asked for.</summary>
    public static readonly PermissionStatement Vpcs = new("Vpcs", static scope => [scope.Ec2("vpc/*")]);

    /// <summary>
    /// Where a private cluster's endpoints of AWS services are made, which may be somebody's. The endpoints themselves, and their security group, are of
    /// <see cref="MakeTagged"/>.
    /// </summary>
    public static readonly PermissionStatement PrivateClusters = new("PrivateClusters", static scope => [scope.Ec2("route-table/*"), scope.Ec2("security-group/*"), scope.Ec2("subnet/*"), scope.Ec2("vpc/*")]);

    /// <summary>The names that lead to an endpoint inside its VPC, in a hosted zone that Route 53 keeps for it.</summary>
    public static readonly PermissionStatement EndpointNames = new("EndpointNames", static scope => [$"arn:{scope.Partition}:route53:::hostedzone/*"]);

    /// <summary>Network interfaces that nodes left.</summary>
    public static readonly PermissionStatement LeftInterfaces = new("LeftInterfaces", static scope => [scope.Ec2("network-interface/*")], static scope => [Names("aws:ResourceTag/cluster.k8s.amazonaws.com/name", scope)]);

    /// <summary>Security groups that EKS left.</summary>
    public static readonly PermissionStatement LeftGroups = new("LeftGroups", static scope => [scope.Ec2("security-group/*")], static scope => [Names("aws:ResourceTag/aws:eks:cluster-name", scope)]);

    /// <summary>Security groups that the AWS Load Balancer Controller left.</summary>
    public static readonly PermissionStatement ControllerGroups = new("ControllerGroups", LeftGroups.Resources, static scope => [Names("aws:ResourceTag/elbv2.k8s.aws/cluster", scope)]);

    /// <summary>Security groups that EKS Auto Mode left.</summary>
    public static readonly PermissionStatement AutoModeGroups = new("AutoModeGroups", LeftGroups.Resources, static scope => [Names("aws:ResourceTag/eks:eks-cluster-name", scope)]);

    /// <summary>Load balancers, with their target groups, that the AWS Load Balancer Controller left.</summary>
    public static readonly PermissionStatement ControllerBalancers = new("ControllerBalancers", static scope => [scope.Balancers("loadbalancer"), scope.Balancers("targetgroup")], ControllerGroups.Conditions);

    /// <summary>Those that EKS Auto Mode left.</summary>
    public static readonly PermissionStatement AutoModeBalancers = new("AutoModeBalancers", ControllerBalancers.Resources, AutoModeGroups.Conditions);

    /// <summary>What controllers in a cluster left. Their tag's key has the cluster's name, where no condition takes a wildcard.</summary>
    public static readonly PermissionStatement LeftByKubernetes = new("LeftByKubernetes", static scope => [scope.Ec2("network-interface/*"), scope.Ec2("security-group/*")], static scope =>
        scope.Clusters[0].AsSpan().IndexOfAny('*', '?') >= 0 ? [] : [("StringLike", $"aws:ResourceTag/kubernetes.io/cluster/{scope.Clusters[0]}", ["*"])]) { PerCluster = true };

    /// <summary>Load balancers, with their target groups, that the cloud provider left, which tags as controllers of Kubernetes do.</summary>
    public static readonly PermissionStatement CloudProviderBalancers = new("CloudProviderBalancers", ControllerBalancers.Resources, LeftByKubernetes.Conditions) { PerCluster = true };

    /// <summary>The tags of subnets that load balancer controllers look for, whoever made the subnet; no other tag.</summary>
    public static readonly PermissionStatement SubnetRoles = new("SubnetRoles", static scope => [scope.Ec2("subnet/*")], static scope =>
        [("ForAllValues:StringLike", "aws:TagKeys", [SubnetFacts.PublicRole, SubnetFacts.InternalRole, .. scope.Clusters.Select(SubnetFacts.ClusterTag)]), ("Null", "aws:TagKeys", ["false"])]);

    /// <summary>The security groups of a cluster's nodes, as controllers in the cluster tell them: by a tag whose key has the cluster's name.</summary>
    public static readonly PermissionStatement NodeSecurityGroups = new("NodeSecurityGroups", static scope => [scope.Ec2("security-group/*")], LeftByKubernetes.Conditions) { PerCluster = true };

    /// <summary>Rules of those groups, tagged as the cluster's: its removal revokes them.</summary>
    public static readonly PermissionStatement NodeGroupRules = new("NodeGroupRules", static scope => [scope.Ec2("security-group-rule/*")], MakeTagged.Conditions);

    /// <summary>Tags of the launch template that carries lease and parameters where the cluster role is the caller's.</summary>
    public static readonly PermissionStatement RecordTags = new("RecordTags", static scope => [scope.Ec2("launch-template/*")], static scope => [Tagged("aws:ResourceTag", scope)]);

    /// <summary>A KMS key that Secrets are encrypted with: by EKS's doing alone is it used. Which it is, only its owner knows.</summary>
    public static readonly PermissionStatement SecretsKey = new("SecretsKey", static scope => [$"arn:{scope.Partition}:kms:{scope.Region}:{scope.Account}:key/*"]);

    // The calls about a group ask for the streams in it, and those about its tags for the group itself.
    /// <summary>The log groups of control planes.</summary>
    public static readonly PermissionStatement ControlPlaneLogs = new("ControlPlaneLogs", static scope => scope.Clusters.SelectMany(name => new[] { string.Empty, ":*" }.Select(end => $"arn:{scope.Partition}:logs:{scope.Region}:{scope.Account}:log-group:{LogGroup.NameOf(name)}{end}")));

    /// <summary>Whether each cluster has a statement of its own.</summary>
    public bool PerCluster { get; private init; }

    /// <summary>The statement's condition for a scope; null when nothing narrows it.</summary>
    public JsonObject? Condition(PolicyScope scope)
    {
        JsonObject condition = [];
        foreach ((string operation, string key, IEnumerable<string> values) in Conditions?.Invoke(scope) ?? [])
        {
            if (condition[operation] is not JsonObject keys)
            {
                condition[operation] = keys = [];
            }

            keys[key] = PolicyDocument.OneOrMany([.. values]);
        }

        return condition.Count > 0 ? condition : null;
    }

    private static PermissionStatement Linked(string sid, string service) =>
        new(sid, scope => [scope.Iam($"role/aws-service-role/{service}/*")], _ => [("StringEquals", "iam:AWSServiceName", [service])]);

    private static (string, string, IEnumerable<string>) ForPods => ("StringEquals", ResourceComponent, [RoleEnsure.Component, RoleEnsure.AdoptedComponent]);

    private static (string, string, IEnumerable<string>) NewForPods => ("StringEquals", $"aws:RequestTag/{ClusterIdentity.ComponentTag}", [RoleEnsure.Component]);

    private static string Managed(PolicyScope scope, string name) => $"arn:{scope.Partition}:iam::aws:policy/{name}";

    private static (string, string, IEnumerable<string>) Tagged(string tag, PolicyScope scope) => Names($"{tag}/{ClusterTag}", scope);

    private static (string, string, IEnumerable<string>) Names(string key, PolicyScope scope) =>
        (scope.Clusters.Any(static name => name.AsSpan().IndexOfAny('*', '?') >= 0) ? "StringLike" : "StringEquals", key, scope.Clusters);

    private static IEnumerable<(string, string, IEnumerable<string>)> Bounded(PolicyScope scope) => scope.Boundary is { } boundary ? [("ArnEquals", "iam:PermissionsBoundary", [boundary])] : [];
}
