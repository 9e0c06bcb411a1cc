namespace EksTools.Sandbox.Kubernetes;

/// <summary>
/// What a cluster's API server asks the account about: whom a token names, and what access entries say.
/// The account implements it; the authenticator in front of the Kubernetes API calls it.
/// </summary>
public interface IClusterIdentity
{
    /// <summary>How the cluster lets principals in: <c>CONFIG_MAP</c>, <c>API_AND_CONFIG_MAP</c> or <c>API</c>.</summary>
    string AuthenticationMode { get; }

    /// <summary>The account's partition, such as <c>aws</c>.</summary>
    string Partition { get; }

    /// <summary>
    /// The access entries as they are now. In <c>CONFIG_MAP</c> mode there are none but the creator's, which EKS
    /// maps to <c>system:masters</c> outside the ConfigMap when bootstrapClusterCreatorAdminPermissions was true.
    /// </summary>
    IReadOnlyList<AccessEntry> AccessEntries { get; }

    /// <summary>Replays a presigned GetCallerIdentity URL as the authenticator does, with the header <c>x-k8s-aws-id</c>.</summary>
    Task<CallerIdentityReply> GetCallerIdentityAsync(Uri presignedUrl, string clusterId, CancellationToken cancellationToken);

    /// <summary>The region, which pods of roles are told; null to tell them none.</summary>
    string? Region => null;

    /// <summary>Whether a service account has a Pod Identity association.</summary>
    bool IsAssociated(string ns, string serviceAccount) => false;

    /// <summary>Whether EKS itself balances the load of Services (EKS Auto Mode).</summary>
    bool BalancesLoad => false;

    /// <summary>The private DNS name of an EC2 instance of the account, or null: for <c>{{EC2PrivateDNSName}}</c>.</summary>
    string? FindPrivateDnsName(string instanceId);
}

/// <summary>One access entry of a cluster.</summary>
/// <param name="PrincipalArn">The IAM principal, with its path.</param>
/// <param name="Type">STANDARD, EC2, EC2_LINUX, EC2_WINDOWS, FARGATE_LINUX or HYBRID_LINUX.</param>
/// <param name="Username">The Kubernetes user name, templates unexpanded.</param>
/// <param name="Groups">The Kubernetes groups.</param>
/// <param name="Policies">The access policies associated with it.</param>
/// <param name="PrincipalId">The unique id that the principal had when the entry was made; null where the account does not know it (another account's principal).</param>
public sealed record AccessEntry(
    string PrincipalArn, string Type, string Username, IReadOnlyList<string> Groups, IReadOnlyList<AccessPolicyAssociation> Policies, string? PrincipalId = null);

/// <summary>One access policy of an entry.</summary>
/// <param name="PolicyArn">For example <c>arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy</c>.</param>
/// <param name="ScopeType"><c>cluster</c> or <c>namespace</c>.</param>
/// <param name="Namespaces">The namespaces (wildcards allowed) of a namespace scope; empty otherwise.</param>
public sealed record AccessPolicyAssociation(string PolicyArn, string ScopeType, IReadOnlyList<string> Namespaces);

/// <summary>What STS answered to a replayed GetCallerIdentity.</summary>
/// <param name="StatusCode">The HTTP status; the other members but <paramref name="Body"/> are null unless it is 200.</param>
public sealed record CallerIdentityReply(int StatusCode, string? Account, string? Arn, string? UserId, string Body);
