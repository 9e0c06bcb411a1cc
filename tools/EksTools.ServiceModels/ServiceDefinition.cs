namespace EksTools.ServiceModels;

/// <summary>What the AWS SDK for .NET calls things that the service model alone does not tell.</summary>
/// <param name="DataName">The service's directory in botocore's data.</param>
/// <param name="Folder">The folder in <c>src/EksTools.Aws</c>.</param>
/// <param name="Namespace">The SDK's namespace.</param>
/// <param name="ClientBase">The stem of client, config, exception and request base: <c>Amazon{stem}Client</c>.</param>
/// <param name="PaginatorStem">The stem of the paginator factory: <c>I{stem}PaginatorFactory</c>.</param>
/// <param name="Endpoints">The class in <c>EksTools.Aws.Endpoints</c> that knows the service's endpoints.</param>
public sealed record ServiceDefinition(string DataName, string Folder, string Namespace, string ClientBase, string PaginatorStem, string Endpoints)
{
    /// <summary>Operations to generate; empty means all.</summary>
    public IReadOnlySet<string> Operations { get; init; } = new HashSet<string>();

    /// <summary>Structures that the SDK gives another name.</summary>
    public IReadOnlyDictionary<string, string> Renames { get; init; } = new Dictionary<string, string>();

    /// <summary>Operations that can be called without a request.</summary>
    public IReadOnlySet<string> WithoutRequest { get; init; } = new HashSet<string>();

    /// <summary>The services of <c>EksTools.Aws</c>.</summary>
    public static IReadOnlyList<ServiceDefinition> All { get; } =
    [
        new("eks", "EKS", "Amazon.EKS", "EKS", "EKS", "EksEndpointProvider"),
        new("iam", "IdentityManagement", "Amazon.IdentityManagement", "IdentityManagementService", "IdentityManagement", "IamEndpointProvider")
        {
            Operations = Split(
                """
                CreateRole GetRole ListRoles UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy DeleteRole
                PutRolePermissionsBoundary DeleteRolePermissionsBoundary TagRole UntagRole ListRoleTags
                PutRolePolicy GetRolePolicy ListRolePolicies DeleteRolePolicy
                AttachRolePolicy DetachRolePolicy ListAttachedRolePolicies
                CreatePolicy GetPolicy ListPolicies DeletePolicy ListEntitiesForPolicy TagPolicy UntagPolicy ListPolicyTags
                CreatePolicyVersion GetPolicyVersion ListPolicyVersions SetDefaultPolicyVersion DeletePolicyVersion
                CreateOpenIDConnectProvider GetOpenIDConnectProvider ListOpenIDConnectProviders DeleteOpenIDConnectProvider
                UpdateOpenIDConnectProviderThumbprint AddClientIDToOpenIDConnectProvider RemoveClientIDFromOpenIDConnectProvider
                TagOpenIDConnectProvider UntagOpenIDConnectProvider ListOpenIDConnectProviderTags
                CreateInstanceProfile GetInstanceProfile ListInstanceProfiles ListInstanceProfilesForRole DeleteInstanceProfile
                AddRoleToInstanceProfile RemoveRoleFromInstanceProfile TagInstanceProfile UntagInstanceProfile ListInstanceProfileTags
                CreateServiceLinkedRole DeleteServiceLinkedRole GetServiceLinkedRoleDeletionStatus
                GetUser ListUsers CreateUser DeleteUser UpdateUser TagUser UntagUser ListUserTags
                AttachUserPolicy DetachUserPolicy ListAttachedUserPolicies PutUserPolicy GetUserPolicy ListUserPolicies DeleteUserPolicy
                PutUserPermissionsBoundary DeleteUserPermissionsBoundary ListGroupsForUser
                CreateAccountAlias DeleteAccountAlias ListAccountAliases
                SimulatePrincipalPolicy SimulateCustomPolicy GetContextKeysForPrincipalPolicy GetContextKeysForCustomPolicy
                """),
            Renames = new Dictionary<string, string> { ["Policy"] = "ManagedPolicy", ["AttachedPolicy"] = "AttachedPolicyType" },
            WithoutRequest = Split("GetUser ListAccountAliases ListInstanceProfiles ListPolicies ListRoles ListUsers"),
        },
        new("elb", "ElasticLoadBalancing", "Amazon.ElasticLoadBalancing", "ElasticLoadBalancing", "ElasticLoadBalancing", "ElasticLoadBalancingEndpointProvider")
        {
            Operations = Split("DescribeLoadBalancers DescribeTags DescribeInstanceHealth DescribeLoadBalancerAttributes DeleteLoadBalancer"),
        },
        new("elbv2", "ElasticLoadBalancingV2", "Amazon.ElasticLoadBalancingV2", "ElasticLoadBalancingV2", "ElasticLoadBalancingV2", "ElasticLoadBalancingEndpointProvider")
        {
            Operations = Split(
                """
                DescribeLoadBalancers DescribeLoadBalancerAttributes DescribeListeners DescribeListenerCertificates DescribeTargetGroups
                DescribeTargetGroupAttributes DescribeTargetHealth DescribeTags DeleteLoadBalancer DeleteTargetGroup
                """),
        },
        new("acm", "CertificateManager", "Amazon.CertificateManager", "CertificateManager", "CertificateManager", "CertificateManagerEndpointProvider")
        {
            Operations = Split("DescribeCertificate ListCertificates"),
        },
        new("logs", "CloudWatchLogs", "Amazon.CloudWatchLogs", "CloudWatchLogs", "CloudWatchLogs", "CloudWatchLogsEndpointProvider")
        {
            Operations = Split("CreateLogGroup DescribeLogGroups DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy TagResource UntagResource ListTagsForResource"),
        },
    ];

    private static HashSet<string> Split(string names) =>
        [.. names.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)];
}
