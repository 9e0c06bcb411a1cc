using static EksTools.Core.Permissions.PermissionStatement;

namespace EksTools.Core.Permissions;

/// <summary>Actions of one statement.</summary>
internal sealed record Permission(PermissionStatement Statement, params string[] Actions);

/// <summary>
/// Which cmdlet needs which actions on what. A test runs every cmdlet with exactly these. STS is missing: GetCallerIdentity, which a denial
/// and a token ask, needs no permission.
/// </summary>
internal static class CmdletPermissions
{
    private static readonly Permission Describe = new(OnClusters, "eks:DescribeCluster");

    private static readonly Permission[] Find = [Describe, new(Look, "eks:ListClusters"), new(AllRegions, "ec2:DescribeRegions")];

    // Who a mapped principal is, by its path: one by one, or all at once when there are many.
    private static readonly Permission[] NamePrincipals = [new(Principals, "iam:GetRole", "iam:GetUser"), new(LookInIam, "iam:ListRoles", "iam:ListUsers")];

    private static readonly Permission[] ReadMappings =
    [
        Describe,
        new(OnClusters, "eks:ListAccessEntries"),
        new(AccessEntries, "eks:DescribeAccessEntry", "eks:ListAssociatedAccessPolicies"),
    ];

    // Rows of roles that nodes use must stay.
    private static readonly Permission[] ReadNodeRoles =
    [
        new(OnClusters, "eks:ListNodegroups", "eks:ListFargateProfiles"),
        new(NodeGroups, "eks:DescribeNodegroup"),
        new(FargateProfiles, "eks:DescribeFargateProfile"),
        new(InstanceProfiles, "iam:GetInstanceProfile"),
        new(Look, "ec2:DescribeInstances"),
    ];

    private static readonly Permission[] WriteEntries =
    [
        new(OnClusters, "eks:CreateAccessEntry"),
        new(AccessEntries, "eks:AssociateAccessPolicy", "eks:DeleteAccessEntry", "eks:DisassociateAccessPolicy", "eks:TagResource", "eks:UpdateAccessEntry"),
    ];

    private static readonly Permission[] MakeProvider =
    [
        Describe,
        new(LookInIam, "iam:ListOpenIDConnectProviders"),
        new(OidcProviders, "iam:AddClientIDToOpenIDConnectProvider", "iam:CreateOpenIDConnectProvider", "iam:GetOpenIDConnectProvider", "iam:TagOpenIDConnectProvider"),
    ];

    private static readonly Permission[] ReadPodRoles =
    [
        Describe,
        new(OnClusters, "eks:ListPodIdentityAssociations"),
        new(PodIdentity, "eks:DescribePodIdentityAssociation"),
        new(AllRoles, "iam:GetRole"),
    ];

    private static readonly Permission[] MakeAssociations =
    [
        new(OnClusters, "eks:CreateAddon", "eks:CreatePodIdentityAssociation", "eks:ListPodIdentityAssociations"),
        new(PodIdentityAgent, "eks:DeleteAddon", "eks:DescribeAddon", "eks:TagResource"),
        new(PodIdentity, "eks:DescribePodIdentityAssociation", "eks:TagResource", "eks:UpdatePodIdentityAssociation"),
        new(PassPodRoles, "iam:PassRole"),
    ];

    // What roles for pods are made with, and what one that is there is mended by.
    private static readonly Permission[] MakePodRoles =
    [
        .. MakeProvider,
        .. ReadPodRoles,
        .. MakeAssociations,
        new(NewPodRoles, "iam:CreateRole"),
        new(TagNewPodRoles, "iam:TagRole"),
        new(PodRoles, "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:UpdateAssumeRolePolicy"),
        new(PodRolePermissions, "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"),
    ];

    // All that a file can say of a cluster.
    private static readonly Permission[] ReadConfiguration =
    [
        Describe,
        new(OnClusters, "eks:ListAccessEntries", "eks:ListAddons", "eks:ListFargateProfiles", "eks:ListNodegroups", "eks:ListPodIdentityAssociations"),
        new(AccessEntries, "eks:DescribeAccessEntry", "eks:ListAssociatedAccessPolicies"),
        new(Addons, "eks:DescribeAddon"),
        new(FargateProfiles, "eks:DescribeFargateProfile"),
        new(NodeGroups, "eks:DescribeNodegroup"),
        new(Look, "ec2:DescribeAvailabilityZones", "ec2:DescribeLaunchTemplates", "ec2:DescribeLaunchTemplateVersions", "ec2:DescribeNatGateways", "ec2:DescribeRouteTables", "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets", "ec2:DescribeVpcs", "logs:DescribeLogGroups"),
        new(AllRoles, "iam:GetRole", "iam:ListRoleTags"),
    ];

    // Principals are looked up before anything is made, and so are roles of the caller's.
    private static readonly Permission[] AdministerClusters =
    [
        new(OnClusters, "eks:CreateAccessEntry"),
        new(AccessEntries, "eks:AssociateAccessPolicy", "eks:DescribeAccessEntry", "eks:ListAssociatedAccessPolicies", "eks:TagResource"),
        new(Principals, "iam:GetRole", "iam:GetUser"),
    ];

    private static readonly Permission[] KeepLogs = [new(Look, "logs:DescribeLogGroups"), new(ControlPlaneLogs, "logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:TagResource")];

    private static readonly Permission EncryptSecrets = new(SecretsKey, "kms:CreateGrant", "kms:DescribeKey");

    private static readonly Permission[] KeepRecord = [new(RecordTags, "ec2:CreateTags", "ec2:DeleteTags")];

    // What annotations name in AWS, each only where some are named.
    private static readonly Permission[] ReadNamedResources =
    [
        Describe,
        new(Certificates, "acm:DescribeCertificate"),
        new(Look, "ec2:DescribeAddresses", "ec2:DescribeAvailabilityZones", "ec2:DescribeRouteTables", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets"),
    ];

    private static readonly Dictionary<string, Permission[]> ByCmdlet = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Add-EksIamMapping"] = [.. ReadMappings, .. ReadNodeRoles, .. NamePrincipals, .. WriteEntries, new(Look, "eks:ListAccessPolicies")],
        ["Compare-EksCluster"] = ReadConfiguration,
        ["Convert-EksIamMapping"] =
        [
            .. ReadMappings,
            .. NamePrincipals,
            new(Look, "eks:ListAccessPolicies"),
            new(OnClusters, "eks:CreateAccessEntry", "eks:DescribeUpdate", "eks:UpdateClusterConfig"),
            new(AccessEntries, "eks:AssociateAccessPolicy", "eks:DeleteAccessEntry", "eks:UpdateAccessEntry"),
        ],
        ["Convert-EksServiceAccountRole"] = [.. ReadPodRoles, .. MakeAssociations, new(PodRoles, "iam:UpdateAssumeRolePolicy")],
        ["Export-EksCluster"] = ReadConfiguration,
        ["Get-EksCluster"] = Find,
        ["Convert-EksLoadBalancerAnnotation"] = [Describe],
        ["Get-EksEffectiveAccess"] = ReadMappings,
        ["Get-EksIamMapping"] = ReadMappings,
        ["Get-EksLoadBalancer"] =
        [
            Describe,
            new(Look, "elasticloadbalancing:DescribeInstanceHealth", "elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeTags",
                "elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth"),
        ],
        ["Get-EksLoadBalancerAnnotation"] = [Describe],
        ["Get-EksLoadBalancerController"] = ReadPodRoles,
        ["Get-EksNode"] = [Describe],
        ["Get-EksServiceAccountRole"] = ReadPodRoles,
        ["Install-EksLoadBalancerController"] =
        [
            .. MakePodRoles,
            new(Look, "ec2:DescribeInstances", "ec2:DescribeSecurityGroups", "ec2:DescribeVpcs"),
            new(NodeSecurityGroups, "ec2:AuthorizeSecurityGroupIngress"),
            new(NodeGroupRules, "ec2:AuthorizeSecurityGroupIngress"),
            new(TagWhatIsMade, "ec2:CreateTags"),
        ],
        ["New-EksCluster"] =
        [
            .. ReadConfiguration,
            new(OnClusters, "eks:CreateCluster", "eks:TagResource", "eks:CreateAccessEntry", "eks:CreateAddon", "eks:CreateFargateProfile", "eks:CreateNodegroup", "eks:ListPodIdentityAssociations"),
            new(AccessEntries, "eks:DescribeAccessEntry", "eks:TagResource"),
            new(FargateProfiles, "eks:DeleteFargateProfile", "eks:TagResource"),
            new(PodIdentity, "eks:DescribePodIdentityAssociation"),
            new(Addons, "eks:DeleteAddon", "eks:DescribeAddon", "eks:TagResource", "eks:UpdateAddon"),
            .. MakeProvider,
            .. ReadNodeRoles,
            new(NodeGroups, "eks:DeleteNodegroup", "eks:TagResource"),
            .. AdministerClusters,
            .. KeepLogs,
            .. KeepRecord,
            EncryptSecrets,
            new(AllRoles, "iam:ListAttachedRolePolicies"),
            new(Look, "eks:DescribeAddonVersions", "eks:DescribeClusterVersions", "ec2:DescribeAddresses", "ec2:DescribeAvailabilityZones", "ec2:DescribeEgressOnlyInternetGateways", "ec2:DescribeInstanceTypeOfferings", "ec2:DescribeInstanceTypes",
                "ec2:DescribeInternetGateways", "ec2:DescribeKeyPairs", "ec2:DescribeLaunchTemplates", "ec2:DescribeNatGateways", "ec2:DescribeRouteTables", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcEndpointServices", "ec2:DescribeVpcEndpoints",
                "ec2:DescribeVpcs"),
            new(Vpcs, "ec2:DescribeVpcAttribute"),
            new(ClusterRoles, "iam:CreateRole", "iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRoleTags", "iam:TagRole", "iam:UntagRole"),
            new(CniRole, "iam:GetRolePolicy", "iam:UpdateAssumeRolePolicy"),
            new(CniRolePermissions, "iam:PutRolePolicy"),
            new(ClusterRolePolicies, "iam:AttachRolePolicy"),
            new(NodeRoleCniPolicy, "iam:DetachRolePolicy"),
            new(PassCniRole, "iam:PassRole"),
            new(PassClusterRole, "iam:PassRole"),
            new(PassNodeRole, "iam:PassRole"),
            new(PassOwnRoles, "iam:PassRole"),
            new(EksLinkedRole, "iam:CreateServiceLinkedRole"),
            new(PassFargateRole, "iam:PassRole"),
            new(FargateLinkedRole, "iam:CreateServiceLinkedRole"),
            new(NodeGroupLinkedRole, "iam:CreateServiceLinkedRole"),
            new(MakeTagged, "ec2:AllocateAddress", "ec2:CreateEgressOnlyInternetGateway", "ec2:CreateInternetGateway", "ec2:CreateLaunchTemplate", "ec2:CreateNatGateway", "ec2:CreateRouteTable", "ec2:CreateSecurityGroup",
                "ec2:CreateSubnet", "ec2:CreateVpc", "ec2:CreateVpcEndpoint", "ec2:RunInstances"),
            new(PrivateClusters, "ec2:CreateSecurityGroup", "ec2:CreateVpcEndpoint"),
            new(EndpointNames, "route53:AssociateVPCWithHostedZone"),
            new(TagWhatIsMade, "ec2:CreateTags"),
            new(ChangeTagged, "ec2:AssociateRouteTable", "ec2:AttachInternetGateway", "ec2:AuthorizeSecurityGroupIngress", "ec2:CreateEgressOnlyInternetGateway", "ec2:CreateNatGateway", "ec2:CreateRoute", "ec2:CreateRouteTable", "ec2:CreateSubnet",
                "ec2:DeleteEgressOnlyInternetGateway", "ec2:DeleteInternetGateway", "ec2:DeleteNatGateway", "ec2:DeleteRouteTable", "ec2:DeleteSecurityGroup", "ec2:DeleteSubnet", "ec2:DeleteVpc", "ec2:DeleteVpcEndpoints", "ec2:ModifySubnetAttribute", "ec2:ModifyVpcAttribute", "ec2:ReleaseAddress", "ec2:ReplaceRoute"),
            new(LaunchNodes, "ec2:RunInstances"),
        ],
        ["New-EksServiceAccountRole"] =
        [
            .. MakePodRoles,
            new(OnClusters, "eks:ListAddons"),
            new(Addons, "eks:DescribeAddon"),
            new(PodRoles, "iam:UpdateRole"),
            new(TagPodRoles, "iam:TagRole"),
            new(PodRolePolicies, "iam:AttachRolePolicy"),
            new(PoliciesToAttach, "iam:GetPolicy"),
        ],
        ["Register-EksOidcProvider"] = [.. MakeProvider, new(OidcProviders, "iam:UpdateOpenIDConnectProviderThumbprint")],
        ["Remove-EksCluster"] =
        [
            Describe,
            new(OnClusters, "eks:DeleteCluster", "eks:ListAccessEntries", "eks:ListAddons", "eks:ListCapabilities", "eks:ListNodegroups", "eks:ListFargateProfiles", "eks:ListPodIdentityAssociations"),
            new(NodeGroups, "eks:DeleteNodegroup", "eks:DescribeNodegroup"),
            new(FargateProfiles, "eks:DeleteFargateProfile", "eks:DescribeFargateProfile"),
            new(Capabilities, "eks:DeleteCapability", "eks:DescribeCapability"),
            new(Look, "ec2:DescribeAddresses", "ec2:DescribeCarrierGateways", "ec2:DescribeEgressOnlyInternetGateways", "ec2:DescribeInstances", "ec2:DescribeInternetGateways", "ec2:DescribeLaunchTemplates", "ec2:DescribeNatGateways",
                "ec2:DescribeNetworkAcls", "ec2:DescribeNetworkInterfaces", "ec2:DescribeRouteTables", "ec2:DescribeSecurityGroupRules", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVolumes", "ec2:DescribeVpcEndpoints",
                "ec2:DescribeVpcPeeringConnections", "ec2:DescribeVpcs", "ec2:DescribeVpnGateways",
                "elasticloadbalancing:DescribeLoadBalancerAttributes", "elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeTags", "elasticloadbalancing:DescribeTargetGroups", "logs:DescribeLogGroups"),
            new(ControllerBalancers, "elasticloadbalancing:DeleteLoadBalancer", "elasticloadbalancing:DeleteTargetGroup"),
            new(AutoModeBalancers, "elasticloadbalancing:DeleteLoadBalancer", "elasticloadbalancing:DeleteTargetGroup"),
            new(CloudProviderBalancers, "elasticloadbalancing:DeleteLoadBalancer", "elasticloadbalancing:DeleteTargetGroup"),
            .. KeepRecord,
            new(LookInIam, "iam:ListOpenIDConnectProviders", "iam:ListRoles"),
            new(OidcProviders, "iam:ListOpenIDConnectProviderTags"),
            new(ClusterOidcProvider, "iam:DeleteOpenIDConnectProvider"),
            new(AllRoles, "iam:ListRoleTags"),
            new(ClusterRoles, "iam:DeleteRole", "iam:DetachRolePolicy", "iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:TagRole", "iam:UntagRole"),
            new(PodRoles, "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"),
            new(ChangeTagged, "ec2:DeleteEgressOnlyInternetGateway", "ec2:DeleteInternetGateway", "ec2:DeleteLaunchTemplate", "ec2:DeleteNatGateway", "ec2:DeleteRouteTable", "ec2:DeleteSecurityGroup", "ec2:DeleteSubnet", "ec2:DeleteVpc",
                "ec2:DeleteVpcEndpoints", "ec2:DetachInternetGateway", "ec2:ReleaseAddress", "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"),
            new(LeftInterfaces, "ec2:DeleteNetworkInterface"),
            new(LeftGroups, "ec2:DeleteSecurityGroup", "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"),
            new(ControllerGroups, "ec2:DeleteSecurityGroup", "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"),
            new(AutoModeGroups, "ec2:DeleteSecurityGroup", "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"),
            new(LeftByKubernetes, "ec2:DeleteNetworkInterface", "ec2:DeleteSecurityGroup", "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"),
        ],
        ["Remove-EksIamMapping"] = [.. ReadMappings, .. ReadNodeRoles, new(AccessEntries, "eks:DeleteAccessEntry")],
        ["Remove-EksKubeconfig"] = [Describe],
        ["Remove-EksLoadBalancerAnnotation"] = [Describe],
        ["Remove-EksServiceAccountRole"] =
        [
            .. ReadPodRoles,
            new(LookInIam, "iam:ListRoles"),
            new(OnClusters, "eks:ListAddons"),
            new(Addons, "eks:DescribeAddon"),
            new(PodIdentity, "eks:DeletePodIdentityAssociation"),
            new(PodRoles, "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:UpdateAssumeRolePolicy"),
            new(AllRoles, "iam:ListRoleTags"),
        ],
        ["Set-EksCluster"] =
        [
            Describe,
            new(OnClusters, "eks:AssociateEncryptionConfig", "eks:DescribeUpdate", "eks:ListFargateProfiles", "eks:ListNodegroups", "eks:TagResource", "eks:UntagResource", "eks:UpdateClusterConfig"),
            new(Look, "ec2:DescribeLaunchTemplates", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets"),
            new(ClusterRoles, "iam:ListRoleTags", "iam:TagRole", "iam:UntagRole"),
            new(AllRoles, "iam:GetRole", "iam:ListAttachedRolePolicies"),
            new(PassOwnRoles, "iam:PassRole"),
            new(ClusterRolePolicies, "iam:AttachRolePolicy"),
            .. KeepRecord,
            .. KeepLogs,
            EncryptSecrets,
            new(ControlPlaneLogs, "logs:DeleteRetentionPolicy"),
        ],
        ["Set-EksLoadBalancerAnnotation"] = ReadNamedResources,
        ["Test-EksIamMapping"] = [.. ReadMappings, .. ReadNodeRoles, .. NamePrincipals, new(Look, "eks:ListAccessPolicies")],
        ["Test-EksLoadBalancerAnnotation"] = ReadNamedResources,
        ["Test-EksServiceAccountRole"] = [.. ReadPodRoles, new(Look, "eks:ListClusters"), new(PodIdentityAgent, "eks:DescribeAddon"), new(LookInIam, "iam:ListOpenIDConnectProviders", "iam:ListRoles"), new(OidcProviders, "iam:GetOpenIDConnectProvider")],
        ["Test-EksSubnet"] = [Describe, new(Look, "ec2:DescribeAvailabilityZones", "ec2:DescribeRouteTables", "ec2:DescribeSubnets"), new(SubnetRoles, "ec2:CreateTags")],
        ["Undo-EksIamMapping"] = [.. ReadMappings, .. ReadNodeRoles],
        ["Update-EksKubeconfig"] = [Describe],
        ["Wait-EksCluster"] = [Describe, new(OnClusters, "eks:ListNodegroups"), new(NodeGroups, "eks:DescribeNodegroup")],
    };

    /// <summary>The cmdlets that need permissions, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByCmdlet.Keys.Order(StringComparer.Ordinal)];

    /// <summary>What a cmdlet needs; nothing when it calls no AWS.</summary>
    public static IReadOnlyList<Permission> Of(string cmdlet) => ByCmdlet.GetValueOrDefault(cmdlet, []);
}
