using Amazon.EC2.Model;
using EksTools.Core.Findings;

namespace EksTools.Core.Clusters.Removal.Preflight;

/// <summary>Who holds a network interface, as people call it, and the command that looks at it or takes it away.</summary>
/// <param name="Name">Such as <c>Lambda function orders</c>.</param>
/// <param name="Command">Without the region.</param>
internal sealed record InterfaceHolder(string Name, string Command)
{
    private const int UuidLength = 36;

    // What services write of themselves: the beginning of the description, and what follows it is the resource's id or name.
    private static readonly (string Prefix, string Name, string? Command)[] Descriptions =
    [
        ("Interface for NAT Gateway ", "NAT gateway", "aws ec2 delete-nat-gateway --nat-gateway-id"),
        ("VPC Endpoint Interface ", "VPC endpoint", "aws ec2 delete-vpc-endpoints --vpc-endpoint-ids"),
        ("Network Interface for Transit Gateway Attachment ", "Transit Gateway attachment", "aws ec2 delete-transit-gateway-vpc-attachment --transit-gateway-attachment-id"),
        ("EC2 Instance Connect Endpoint Interface: ", "EC2 Instance Connect endpoint", "aws ec2 delete-instance-connect-endpoint --instance-connect-endpoint-id"),
        ("AWS created network interface for directory ", "directory of Directory Service", "aws ds delete-directory --directory-id"),
        ("ElastiCache ", "ElastiCache cluster", null),
        ("ES ", "OpenSearch domain", null),
    ];

    // Where the description says no more than the service.
    private static readonly (string Mark, string Name, string Command)[] Services =
    [
        ("RDSNetworkInterface", "RDS", "aws rds describe-db-instances --query 'DBInstances[].[DBInstanceIdentifier,DBSubnetGroup.VpcId]'"),
        ("amazon-rds", "RDS", "aws rds describe-db-instances --query 'DBInstances[].[DBInstanceIdentifier,DBSubnetGroup.VpcId]'"),
        ("RedshiftNetworkInterface", "Redshift", "aws redshift describe-clusters --query 'Clusters[].[ClusterIdentifier,VpcId]'"),
        ("DMSNetworkInterface", "Database Migration Service", "aws dms describe-replication-instances --query 'ReplicationInstances[].[ReplicationInstanceIdentifier,ReplicationSubnetGroup.VpcId]'"),
        ("amazon-elasticache", "ElastiCache", "aws elasticache describe-cache-clusters --query 'CacheClusters[].CacheClusterId'"),
        ("amazon-elasticsearch", "OpenSearch", "aws opensearch list-domain-names"),
        ("amazon-redshift", "Redshift", "aws redshift describe-clusters --query 'Clusters[].[ClusterIdentifier,VpcId]'"),
    ];

    /// <summary>
    /// Says who holds an interface that no instance does, by what its service wrote into it: type, requester and description
    /// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html).
    /// </summary>
    public static InterfaceHolder Of(NetworkInterface item)
    {
        string description = item.Description ?? string.Empty, look = $"aws ec2 describe-network-interfaces --network-interface-ids {item.NetworkInterfaceId}";
        if (item.InterfaceType?.Value == "lambda" || description.StartsWith("AWS Lambda VPC ENI-", StringComparison.Ordinal))
        {
            // The function's name, and a UUID behind it.
            string rest = description.Length > "AWS Lambda VPC ENI-".Length ? description["AWS Lambda VPC ENI-".Length..] : string.Empty;
            string function = rest.Length > UuidLength + 1 && Guid.TryParse(rest[^UuidLength..], out _) ? rest[..^(UuidLength + 1)] : rest;
            return function.Length == 0 ? new("a Lambda function", "aws lambda list-functions --query 'Functions[].[FunctionName,VpcConfig.VpcId]'") : new($"Lambda function {function}", $"aws lambda get-function-configuration --function-name {PowerShellText.Argument(function)}");
        }

        if (description.StartsWith("EFS mount target for ", StringComparison.Ordinal))
        {
            // "EFS mount target for fs-1 (fsmt-1)"
            string[] ids = description["EFS mount target for ".Length..].Split(' ', '(', ')');
            return new($"EFS {description["EFS ".Length..]}", ids.FirstOrDefault(static id => id.StartsWith("fsmt-", StringComparison.Ordinal)) is { } target ? $"aws efs delete-mount-target --mount-target-id {target}" : look);
        }

        if (description.StartsWith("ELB ", StringComparison.Ordinal))
        {
            string[] parts = description["ELB ".Length..].Split('/');
            return parts.Length == 3 ? new($"load balancer {parts[1]}", $"aws elbv2 describe-load-balancers --names {PowerShellText.Argument(parts[1])}") : new($"classic load balancer {parts[0]}", $"aws elb describe-load-balancers --load-balancer-names {PowerShellText.Argument(parts[0])}");
        }

        if (description.Contains(":ecs:", StringComparison.Ordinal) && description.Contains(":attachment/", StringComparison.Ordinal))
        {
            return new("a task of ECS", "aws ecs list-clusters");
        }

        foreach ((string prefix, string name, string? command) in Descriptions.Where(one => description.StartsWith(one.Prefix, StringComparison.Ordinal) && description.Length > one.Prefix.Length))
        {
            string id = description[prefix.Length..];
            return new($"{name} {id}", command is null ? look : $"{command} {PowerShellText.Argument(id)}");
        }

        foreach ((string mark, string name, string command) in Services.Where(one => description == one.Mark || item.RequesterId == one.Mark))
        {
            return new(name, command);
        }

        if (item.Status?.Value == "available" && item.RequesterManaged != true)
        {
            return new($"nobody{(description.Length == 0 ? string.Empty : $" (it says '{description}')")}", $"aws ec2 delete-network-interface --network-interface-id {item.NetworkInterfaceId}");
        }

        string type = item.InterfaceType?.Value is { Length: > 0 } kind and not "interface" ? $" of type {kind}" : string.Empty;
        string who = item.RequesterId is { Length: > 0 } requester ? $"requester {requester}" : item.Attachment?.InstanceOwnerId is { Length: > 0 } owner ? $"account {owner}" : "an unknown holder";
        return new($"{who}{type}{(description.Length == 0 ? string.Empty : $" ('{description}')")}", look);
    }
}
