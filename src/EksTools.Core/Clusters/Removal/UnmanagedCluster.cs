using Amazon.EKS.Model;
using Amazon.Runtime;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Errors;
using EksTools.Core.Findings;
using EksTools.Errors;

namespace EksTools.Core.Clusters.Removal;

/// <summary>A cluster that EksTools did not make: who did, what EKS owns of it, and what of it stays when that is gone.</summary>
internal sealed record UnmanagedCluster
{
    private const string EksctlTag = "alpha.eksctl.io/cluster-name", StackTag = "aws:cloudformation:stack-name";

    public required EksCluster Cluster { get; init; }

    /// <summary>eksctl made it.</summary>
    public bool IsOfEksctl { get; init; }

    /// <summary>The stacks of CloudFormation that its tags and those of its node groups name.</summary>
    public IReadOnlyList<string> Stacks { get; init; } = [];

    public IReadOnlyList<string> NodeGroups { get; init; } = [];

    public IReadOnlyList<string> FargateProfiles { get; init; } = [];

    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>The roles that control plane, nodes and Fargate have.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    public int Addons { get; init; }

    public int AccessEntries { get; init; }

    public int Associations { get; init; }

    /// <summary>Why its parts could not be read; null when they were.</summary>
    public string? Unread { get; init; }

    /// <summary>What EKS takes away with the control plane, for its step.</summary>
    public string WithIt => $" with its {Count(Addons, "add-on")}, {Count(AccessEntries, "access entry", "access entries")} and {Count(Associations, "pod identity association")}";

    /// <summary>Who made it: <c>by eksctl (…)</c>.</summary>
    public string Maker => IsOfEksctl ? $"by eksctl ({Named("stack", Stacks)})" : Stacks.Count > 0 ? $"by CloudFormation ({Named("stack", Stacks)})" : "by hand or by a tool that leaves no tags of eksctl, CloudFormation or EksTools";

    /// <summary>What takes all of it away; null where its maker is not known.</summary>
    public string? Command => IsOfEksctl ? $"eksctl delete cluster --name {PowerShellText.Argument(Cluster.Name)} --region {Cluster.Region}" : Stacks.Count > 0 ? $"aws cloudformation delete-stack --region {Cluster.Region} --stack-name {PowerShellText.Argument(Stacks[0])}" : null;

    /// <summary>A cluster by its tags alone, without its parts.</summary>
    public static UnmanagedCluster Of(EksCluster cluster) => new()
    {
        Cluster = cluster,
        IsOfEksctl = cluster.ResourceTags.ContainsKey(EksctlTag),
        Stacks = [.. Stack(cluster.ResourceTags, $"eksctl-{cluster.Name}-cluster")],
        Roles = [.. new[] { cluster.ClusterRoleArn }.OfType<string>()],
    };

    public static async Task<UnmanagedCluster> ReadAsync(AwsAccount account, EksCluster cluster, CancellationToken cancellationToken)
    {
        UnmanagedCluster found = Of(cluster);
        try
        {
            return await WithPartsAsync(found, account, cancellationToken);
        }
        catch (AmazonServiceException exception) when (AwsFailure.Translate(exception).Kind == EksErrorKind.Denied)
        {
            return found with { Unread = (await account.TranslateAsync(exception)).Message };
        }
    }

    /// <summary>What stays of it, in plain words.</summary>
    public IEnumerable<(string Where, string Message, string Fix)> Remains()
    {
        string region = Cluster.Region;
        if (Cluster.ResourcesVpcConfig?.VpcId is { } vpc)
        {
            yield return ($"VPC {vpc}", $"The VPC {vpc} stays with its subnets and gateways; NAT gateways in it are billed.", $"aws ec2 describe-nat-gateways --region {region} --filter Name=vpc-id,Values={vpc} Name=state,Values=available");
        }

        foreach (string role in Roles.Select(static arn => arn[(arn.LastIndexOf('/') + 1)..]))
        {
            yield return ($"role {role}", $"The IAM role {role} stays, which the cluster was made with.", $"aws iam get-role --role-name {PowerShellText.Argument(role)}");
        }

        if (Cluster.Identity?.Oidc.Issuer is { } issuer)
        {
            yield return ("OpenID Connect provider", $"The OpenID Connect provider of {issuer} stays in IAM, if there is one, with the roles that trust it.", "aws iam list-open-id-connect-providers");
        }

        foreach (string stack in Stacks)
        {
            yield return ($"stack {stack}", $"The CloudFormation stack {stack} stays, and finds what it made gone: delete it too.", $"aws cloudformation delete-stack --region {region} --stack-name {PowerShellText.Argument(stack)}");
        }
    }

    /// <summary>The refusal to touch it without -Unmanaged.</summary>
    public EksToolsException Refuse()
    {
        string advice = Command is not { } command ? "Remove it with the tool that made it, such as Terraform." : IsOfEksctl ? $"{command} takes all of it away." : $"{command} takes it away with what else the stack made.";
        string touches = Unread is null
            ? $"-Unmanaged would delete {string.Join(", ", new[] { Named("capability", Capabilities, "capabilities"), Named("node group", NodeGroups), Named("Fargate profile", FargateProfiles), "Services and Ingresses with their load balancers" }.Where(static part => part.Length > 0))}, and the control plane{WithIt}; it would not touch {Kept()}."
            : $"-Unmanaged would delete what EKS itself owns; what that is could not be looked at: {Unread}";
        return new EksToolsException(EksErrorKind.Conflict, "ClusterNotManaged", $"Cluster {Cluster.Name} in {Cluster.Region} was made {Maker}, and is not managed by EksTools, which removes nothing of it.", Cluster.Name, $"{advice} {touches}");
    }

    private string Kept()
    {
        string[] kept =
        [
            $"the VPC {Cluster.ResourcesVpcConfig?.VpcId}",
            Named("IAM role", [.. Roles.Select(static arn => arn[(arn.LastIndexOf('/') + 1)..])]),
            Named("stack", Stacks),
            "self-managed nodes, volumes and logs",
        ];
        return string.Join(", ", kept.Where(static part => part.Length > 0));
    }

    private static async Task<UnmanagedCluster> WithPartsAsync(UnmanagedCluster found, AwsAccount account, CancellationToken cancellationToken)
    {
        string cluster = found.Cluster.Name;
        List<string> groups = [], profiles = [], roles = [.. found.Roles], stacks = [.. found.Stacks];
        await foreach (string name in account.Eks.Paginators.ListNodegroups(new ListNodegroupsRequest { ClusterName = cluster }).Nodegroups.WithCancellation(cancellationToken))
        {
            groups.Add(name);
            Nodegroup? group = await Nodes.NodeGroupReader.FindAsync(account, cluster, name, cancellationToken);
            roles.AddRange(new[] { group?.NodeRole }.OfType<string>());
            stacks.AddRange(Stack(group?.Tags ?? [], $"eksctl-{cluster}-nodegroup-{name}"));
        }

        await foreach (string name in account.Eks.Paginators.ListFargateProfiles(new ListFargateProfilesRequest { ClusterName = cluster }).FargateProfileNames.WithCancellation(cancellationToken))
        {
            profiles.Add(name);
            roles.Add((await account.Eks.DescribeFargateProfileAsync(new DescribeFargateProfileRequest { ClusterName = cluster, FargateProfileName = name }, cancellationToken)).FargateProfile.PodExecutionRoleArn);
        }

        return found with
        {
            NodeGroups = groups,
            FargateProfiles = profiles,
            Capabilities = [.. (await CapabilityRemoval.ListAsync(account, cluster, cancellationToken)).Select(static one => one.Name)],
            Roles = [.. roles.Distinct(StringComparer.Ordinal)],
            Stacks = [.. stacks.Distinct(StringComparer.Ordinal)],
            Addons = await CountAsync(account.Eks.Paginators.ListAddons(new ListAddonsRequest { ClusterName = cluster }).Addons, cancellationToken),
            AccessEntries = found.Cluster.AccessConfig?.AuthenticationMode == "CONFIG_MAP" ? 0 : await CountAsync(account.Eks.Paginators.ListAccessEntries(new ListAccessEntriesRequest { ClusterName = cluster }).AccessEntries, cancellationToken),
            Associations = await CountAsync(account.Eks.Paginators.ListPodIdentityAssociations(new ListPodIdentityAssociationsRequest { ClusterName = cluster }).Associations, cancellationToken),
        };
    }

    private static async Task<int> CountAsync<T>(IAsyncEnumerable<T> pages, CancellationToken cancellationToken)
    {
        int count = 0;
        await foreach (T item in pages.WithCancellation(cancellationToken))
        {
            count++;
        }

        return count;
    }

    /// <summary>The stack that tags name; of eksctl's, whose own tags may be all there is, by eksctl's rule.</summary>
    private static IEnumerable<string> Stack(IReadOnlyDictionary<string, string> tags, string eksctl) =>
        tags.TryGetValue(StackTag, out string? stack) ? [stack] : tags.ContainsKey(EksctlTag) ? [eksctl] : [];

    private static string Named(string noun, IReadOnlyCollection<string> names, string? many = null) => names.Count switch { 0 => string.Empty, 1 => $"{noun} {names.First()}", _ => $"{many ?? noun + "s"} {string.Join(", ", names)}" };

    private static string Count(int count, string one, string? many = null) => count == 1 ? $"1 {one}" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count} {many ?? one + "s"}");
}
