using Amazon.EKS;
using Amazon.EKS.Model;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Errors;

namespace EksTools.Core.Clusters;

/// <summary>Reads clusters from EKS.</summary>
internal static class ClusterReader
{
    /// <summary>The cluster, or null when EKS knows none of that name.</summary>
    public static async Task<EksCluster?> FindAsync(AwsAccount account, string name, CancellationToken cancellationToken)
    {
        try
        {
            DescribeClusterResponse answer = await account.Eks.DescribeClusterAsync(new DescribeClusterRequest { Name = name }, cancellationToken);
            return ToRecord(answer.Cluster, account.Region);
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The cluster.</summary>
    /// <exception cref="EksToolsException">EKS knows none of that name.</exception>
    public static async Task<EksCluster> GetAsync(AwsAccount account, string name, CancellationToken cancellationToken) =>
        await FindAsync(account, name, cancellationToken) ?? throw NotFound(name, account.Region);

    public static EksToolsException NotFound(string name, string where) =>
        new(EksErrorKind.NotFound, "ClusterNotFound", $"There is no cluster {name} in {where}.", name, "Get-EksCluster lists those that are there; -AllRegion looks everywhere.");

    /// <summary>The cluster's address and the authority that signed its certificate.</summary>
    /// <exception cref="EksToolsException">It has none yet.</exception>
    public static (string Endpoint, string Authority) RequireEndpoint(EksCluster cluster) =>
        cluster is { Endpoint.Length: > 0, CertificateAuthority.Data.Length: > 0 }
            ? (cluster.Endpoint, cluster.CertificateAuthority.Data)
            : throw new EksToolsException(EksErrorKind.Conflict, "ClusterWithoutEndpoint", $"Cluster {cluster.Name} is {cluster.Status} and has no API server yet.", cluster.Name, $"Wait for it: Wait-EksCluster {cluster.Name}.");

    /// <summary>The names of the region's clusters.</summary>
    public static IAsyncEnumerable<string> ListNames(AwsAccount account) => account.Eks.Paginators.ListClusters(new ListClustersRequest()).Clusters;

    /// <summary>A cluster as EKS describes it.</summary>
    public static EksCluster ToRecord(Cluster cluster, string region)
    {
        Dictionary<string, string> tags = cluster.Tags ?? [];
        VpcConfigResponse? vpc = cluster.ResourcesVpcConfig;
        return new EksCluster
        {
            Name = cluster.Name,
            Region = region,
            Arn = cluster.Arn,
            Status = cluster.Status?.Value ?? string.Empty,
            Version = cluster.Version,
            PlatformVersion = cluster.PlatformVersion,
            Endpoint = cluster.Endpoint,
            CreatedAt = cluster.CreatedAt is { } created ? new DateTimeOffset(created.ToUniversalTime()) : null,
            ClusterRoleArn = cluster.RoleArn,
            ResourcesVpcConfig = vpc is null ? null : new EksVpcConfig
            {
                VpcId = vpc.VpcId,
                SubnetIds = vpc.SubnetIds ?? [],
                SecurityGroupIds = vpc.SecurityGroupIds ?? [],
                ClusterSecurityGroupId = vpc.ClusterSecurityGroupId,
                EndpointPublicAccess = vpc.EndpointPublicAccess ?? false,
                EndpointPrivateAccess = vpc.EndpointPrivateAccess ?? false,
                PublicAccessCidrs = vpc.PublicAccessCidrs ?? [],
            },
            KubernetesNetworkConfig = cluster.KubernetesNetworkConfig is { } network ? new EksKubernetesNetworkConfig(network.IpFamily?.Value, network.ServiceIpv4Cidr, network.ServiceIpv6Cidr) : null,
            Identity = cluster.Identity?.Oidc is { } oidc ? new EksIdentity(new EksOidc(oidc.Issuer)) : null,
            CertificateAuthority = cluster.CertificateAuthority is { } authority ? new EksCertificateAuthority(authority.Data) : null,
            AccessConfig = cluster.AccessConfig is { } access ? new EksAccessConfig(access.AuthenticationMode?.Value) : null,
            UpgradePolicy = cluster.UpgradePolicy is { } policy ? new EksUpgradePolicy(policy.SupportType?.Value) : null,
            DeletionProtection = cluster.DeletionProtection ?? false,
            EncryptionConfig = [.. (cluster.EncryptionConfig ?? []).Select(static encryption => new EksEncryptionConfig(new EksEncryptionProvider(encryption.Provider?.KeyArn), encryption.Resources ?? []))],
            ControlPlaneScalingConfig = cluster.ControlPlaneScalingConfig is { } scaling ? new EksControlPlaneScalingConfig(scaling.Tier?.Value) : null,
            ZonalShiftConfig = cluster.ZonalShiftConfig is { } shift ? new EksZonalShiftConfig(shift.Enabled ?? false) : null,
            EnabledLogTypes = [.. (cluster.Logging?.ClusterLogging ?? []).Where(static setup => setup.Enabled == true).SelectMany(static setup => setup.Types ?? []).Select(static type => $"{type}")],
            HealthIssues = [.. (cluster.Health?.Issues ?? []).Select(static issue => $"{issue.Code?.Value}: {issue.Message}")],
            Managed = new ClusterIdentity(cluster.Name, region).Owns(tags),
            ResourceTags = tags,
        };
    }
}
