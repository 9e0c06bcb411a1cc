namespace EksTools.Core.Access;

/// <summary>The ARN of an EKS cluster, by which the AWS CLI and EksTools name its entries in a kubeconfig.</summary>
internal sealed record ClusterArn(string Partition, string Region, string Account, string Name)
{
    private const string Resource = "cluster/";

    /// <summary>Reads <c>arn:PARTITION:eks:REGION:ACCOUNT:cluster/NAME</c>; null for anything else.</summary>
    public static ClusterArn? Parse(string text) =>
        text.Split(':') is ["arn", { Length: > 0 } partition, "eks", { Length: > 0 } region, { Length: 12 } account, var resource]
        && account.All(char.IsAsciiDigit) && resource.StartsWith(Resource, StringComparison.Ordinal) && resource.Length > Resource.Length
            ? new ClusterArn(partition, region, account, resource[Resource.Length..])
            : null;

    /// <inheritdoc/>
    public override string ToString() => $"arn:{Partition}:eks:{Region}:{Account}:{Resource}{Name}";
}
