using EksTools.Authentication;
using EksTools.Core.Clusters;
using EksTools.Core.WorkloadIdentity.Policies;
using EksTools.Errors;
using EksTools.Permissions;

namespace EksTools.Core.Permissions;

/// <summary>What a policy is narrowed to, and the ARNs that come of it.</summary>
internal sealed record PolicyScope(string Partition, string Region, string Account, IReadOnlyList<string> Clusters, string RolePath, string? Boundary, IReadOnlyList<string> PodPolicies, IReadOnlyList<string> OwnRoles)
{
    /// <summary>What the role of the vpc-cni add-on is called after: its service account.</summary>
    public const string CniRole = "kube-system.aws-node";

    // A role's name is shortened to this many characters and a hash; the longest region names have sixteen.
    private const int LongestRoleName = 64, KeptOfRoleName = 53, LongestRegion = 16;

    /// <summary>Reads a request.</summary>
    public static PolicyScope Read(IamPolicyRequest request)
    {
        foreach (string name in request.ClusterNames)
        {
            ClusterIdentity.RequireName(name.Replace('*', 'x').Replace('?', 'x'));
        }

        string partition = request.Partition ?? AwsPartition.FromRegion(request.Region).Name;
        Require(AwsPartition.All.Any(one => one.Name == partition), "Partition", partition, "is no partition of AWS", $"They are {string.Join(", ", AwsPartition.All.Select(static one => one.Name))}.");
        Require(request.Region is null || (AwsPartition.LooksLikeRegion(request.Region) && AwsPartition.FromRegion(request.Region).Name == partition), "Region", request.Region, $"is no region of partition {partition}", "Say a region such as us-west-2, and no -Partition beside it.");
        Require(request.AccountId is null || (request.AccountId.Length == 12 && request.AccountId.All(char.IsAsciiDigit)), "AccountId", request.AccountId, "is no account id", "It has twelve digits.");
        Require(request.RolePath.StartsWith('/') && request.RolePath.EndsWith('/'), "RolePath", request.RolePath, "is no path of a role", "It begins and ends with a slash, such as /pods/.");
        Require(request.PermissionsBoundary is null || IsPolicy(request.PermissionsBoundary, partition), "PermissionsBoundary", request.PermissionsBoundary, $"is not the ARN of a policy in partition {partition}", "Say the ARN of a managed policy.");
        foreach (string arn in request.PolicyArns)
        {
            Require(IsPolicy(arn, partition), "PolicyArn", arn, $"is not the ARN of a policy in partition {partition}", "Say ARNs of managed policies, with * and ? as wildcards.");
        }

        foreach (string arn in request.PassRoleArns)
        {
            Require(arn.StartsWith($"arn:{partition}:iam::", StringComparison.Ordinal) && arn.Contains(":role/", StringComparison.Ordinal), "PassRoleArn", arn, $"is not the ARN of a role in partition {partition}", "Say ARNs of roles, with * and ? as wildcards.");
        }

        return new PolicyScope(partition, request.Region ?? "*", request.AccountId ?? "*", [.. request.ClusterNames.Distinct(StringComparer.Ordinal)], request.RolePath, request.PermissionsBoundary,
            request.PolicyArns.Count > 0 ? request.PolicyArns : [.. WellKnownPolicies.Names.SelectMany(name => WellKnownPolicies.Get(name).ManagedArns(partition))], [.. request.PassRoleArns.Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>ARNs of a kind of EKS, one for each cluster.</summary>
    /// <param name="below">What follows the cluster's name: everything in the cluster, unless said.</param>
    public IEnumerable<string> Eks(string kind, string below = "/*") => Clusters.Select(name => $"arn:{Partition}:eks:{Region}:{Account}:{kind}/{name}{below}");

    /// <summary>EC2's resources of a type, or all.</summary>
    public string Ec2(string resource = "*") => $"arn:{Partition}:ec2:{Region}:{Account}:{resource}";

    /// <summary>Elastic Load Balancing's resources of a type.</summary>
    public string Balancers(string type) => $"arn:{Partition}:elasticloadbalancing:{Region}:{Account}:{type}/*";

    /// <summary>Something of AWS Certificate Manager.</summary>
    public string Acm(string resource) => $"arn:{Partition}:acm:{Region}:{Account}:{resource}";

    /// <summary>Something of IAM.</summary>
    public string Iam(string resource) => $"arn:{Partition}:iam::{Account}:{resource}";

    /// <summary>The roles that New-EksCluster makes: <c>cluster</c>, <c>node</c> or <see cref="CniRole"/>.</summary>
    public IEnumerable<string> Role(string kind) => Clusters.SelectMany(name => new[] { "/", RolePath }.Distinct().Select(path => Iam($"role{path}{RoleName(name, kind)}"))).Distinct(StringComparer.Ordinal);

    /// <summary>The roles for pods. One that is not there yet has no path for IAM, which is asked for it all the same.</summary>
    public IEnumerable<string> PodRoles() => Clusters.SelectMany(name => new[] { "/", RolePath }.Distinct().Select(path => Iam($"role{path}{RoleName(name, "*")}"))).Distinct(StringComparer.Ordinal);

    /// <summary>The name of a role, with wildcards for what is not known.</summary>
    private string RoleName(string name, string kind)
    {
        ClusterIdentity identity = new(name, Region);
        string text = $"ekstools-{name}-{Region}-{kind}";
        int known = text.IndexOfAny(['*', '?']);
        if (known < 0)
        {
            return kind switch { "cluster" => identity.ClusterRoleName, "node" => identity.NodeRoleName, _ => identity.ServiceAccountRoleName(kind) };
        }

        int longest = text.Length + (Region == "*" ? LongestRegion : 0);
        bool shortened = name.AsSpan().IndexOfAny('*', '?') >= 0 || longest > LongestRoleName;
        return shortened || kind == "*" ? text[..Math.Min(known, KeptOfRoleName)] + "*" : text;
    }

    private static bool IsPolicy(string arn, string partition) => arn.StartsWith($"arn:{partition}:iam::", StringComparison.Ordinal) && arn.Contains(":policy/", StringComparison.Ordinal);

    private static void Require(bool holds, string parameter, string? value, string what, string hint)
    {
        if (!holds)
        {
            throw new EksToolsException(EksErrorKind.Validation, "InvalidPolicyScope", $"-{parameter} '{value}' {what}.", parameter, hint);
        }
    }
}
