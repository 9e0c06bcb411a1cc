using System.Text.Json.Nodes;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Eks;

/// <summary>Access entries.</summary>
internal static class AccessOperations
{
    private static readonly string[] Types = ["STANDARD", "EC2", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "HYBRID_LINUX", "HYPERPOD_LINUX"];
    private const string NodeUsername = "system:node:{{EC2PrivateDNSName}}";
    private const string FargateUsername = "system:node:{{SessionName}}";
    private const string KubeProxyWindows = "eks:kube-proxy-windows";

    private static readonly string[] ReservedPrefixes = ["system:", "eks:", "aws:", "amazon:", "iam:"];

    public static IReadOnlyList<JsonRoute> Routes { get; } =
    [
        new("CreateAccessEntry", "POST", "/clusters/{name}/access-entries", call => Answer(call.Eks().Once(call, () => Create(call), entry => call.Eks().Get(call).AccessEntries.ContainsValue(entry)))),
        new("DescribeAccessEntry", "GET", "/clusters/{name}/access-entries/{principalArn}", call => Answer(Named(call).Entry)),
        new("ListAccessEntries", "GET", "/clusters/{name}/access-entries", List),
        new("UpdateAccessEntry", "POST", "/clusters/{name}/access-entries/{principalArn}", Update),
        new("DeleteAccessEntry", "DELETE", "/clusters/{name}/access-entries/{principalArn}", Delete),
    ];

    /// <summary>The cluster and entry that the request names.</summary>
    public static (Cluster Cluster, AccessEntryState Entry) Named(AwsCall call)
    {
        var cluster = WithEntries(call);
        return cluster.AccessEntries.TryGetValue(call.Path["principalArn"], out var entry) ? (cluster, entry)
            : throw EksErrors.NotFound("The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.", cluster.Name);
    }

    /// <summary>A cluster whose mode knows access entries.</summary>
    public static Cluster WithEntries(AwsCall call)
    {
        var cluster = call.Eks().Get(call);
        return cluster.AuthenticationMode != "CONFIG_MAP" ? cluster
            : throw EksErrors.InvalidRequest("The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.", cluster.Name);
    }

    /// <summary>The creator's entry. In CONFIG_MAP mode it is there too, though no operation shows it: that is how EKS lets the creator in.</summary>
    public static void AdmitCreator(Cluster cluster)
    {
        var policy = AccessPolicyOperations.Arn(cluster.Eks.Account.Partition, "AmazonEKSClusterAdminPolicy");
        var now = cluster.Eks.Account.Now;
        cluster.AccessEntries[cluster.CreatorArn] = new AccessEntryState(cluster, cluster.CreatorArn, "STANDARD")
        {
            Username = StandardUsername(cluster, cluster.CreatorArn), Policies = { [policy] = new PolicyState(policy, "cluster", [], now, now) },
        };
    }

    /// <summary>Lets a node role's nodes in: by an access entry, or in CONFIG_MAP mode by a row of aws-auth.</summary>
    /// <remarks>Also those with Windows as if they had Linux: what kube-proxy needs there is left to the user (https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html, Windows user data).</remarks>
    public static void AdmitNodes(Cluster cluster, string roleArn) => Admit(cluster, roleArn, "EC2_LINUX", NodeUsername, ["system:nodes"]);

    /// <summary>Whether a role's nodes may run kube-proxy on Windows. Rows of aws-auth are not looked into.</summary>
    public static bool AdmitsWindows(Cluster cluster, string roleArn) =>
        cluster.AuthenticationMode == "CONFIG_MAP" || (cluster.AccessEntries.TryGetValue(roleArn, out var entry) && entry.Groups.Contains(KubeProxyWindows));

    /// <summary>Lets the pods of a Fargate profile in, likewise.</summary>
    public static void AdmitFargate(Cluster cluster, string roleArn) => Admit(cluster, roleArn, "FARGATE_LINUX", FargateUsername, ["system:nodes", "system:node-proxier"]);

    /// <summary>Lets the nodes of Auto Mode in: by an access entry with the policy that goes with it.</summary>
    public static void AdmitAutoMode(Cluster cluster, string roleArn)
    {
        Admit(cluster, roleArn, "EC2", NodeUsername, ["system:nodes"]);
        var (policy, now) = (AccessPolicyOperations.Arn(cluster.Eks.Account.Partition, "AmazonEKSAutoNodePolicy"), cluster.Eks.Account.Now);
        cluster.AccessEntries[roleArn].Policies.TryAdd(policy, new PolicyState(policy, "cluster", [], now, now));
    }

    /// <summary>Takes the nodes' entry or row away with the last node group of the role.</summary>
    public static void DismissNodes(Cluster cluster, string roleArn)
    {
        if (cluster.Nodegroups.Values.Any(group => group.NodeRole == roleArn))
        {
            return;
        }

        if (cluster.AccessEntries.TryGetValue(roleArn, out var entry) && entry.IsForNodes)
        {
            cluster.AccessEntries.Remove(roleArn);
            cluster.Workloads.Identity?.Publish();
        }

        if (cluster.AuthenticationMode != "API")
        {
            AwsAuthRows.Remove(cluster, roleArn);
        }
    }

    private static void Admit(Cluster cluster, string roleArn, string type, string username, IReadOnlyList<string> groups)
    {
        if (cluster.AuthenticationMode == "CONFIG_MAP")
        {
            AwsAuthRows.Add(cluster, roleArn, username, ["system:bootstrappers", .. groups]);
        }
        else if (!cluster.AccessEntries.ContainsKey(roleArn))
        {
            cluster.AccessEntries[roleArn] = new AccessEntryState(cluster, roleArn, type) { Username = username, Groups = [.. groups], IsForNodes = type != "FARGATE_LINUX" };
            cluster.Workloads.Identity?.Publish();
        }
    }

    private static AccessEntryState Create(AwsCall call)
    {
        var (cluster, body, account) = (WithEntries(call), call.Body, call.Account);
        var arn = body.Require("principalArn");
        var type = body.String("type") ?? "STANDARD";
        if (!Types.Contains(type))
        {
            throw EksErrors.InvalidParameter($"The type {type} is not one of {string.Join(", ", Types)}.", cluster.Name);
        }

        var isOwn = arn.StartsWith($"arn:{account.Partition}:iam::{account.Id}:", StringComparison.Ordinal);
        if (!arn.StartsWith($"arn:{account.Partition}:iam::", StringComparison.Ordinal) || (isOwn ? account.Iam.FindPrincipalId(arn) is null : type != "STANDARD")
            || (type != "STANDARD" && !arn.Contains(":role/", StringComparison.Ordinal)))
        {
            throw EksErrors.InvalidParameter("The specified principalArn is invalid: invalid principal.", cluster.Name);
        }

        if (cluster.AccessEntries.ContainsKey(arn))
        {
            throw EksErrors.InUse("The specified access entry resource is already in use on this cluster.", cluster.Name);
        }

        var (groups, username) = (body.Strings("kubernetesGroups") ?? [], body.String("username"));
        if (type != "STANDARD" && (groups.Count > 0 || username is not null))
        {
            throw EksErrors.InvalidParameter($"Access entries of type {type} take no kubernetesGroups and no username.", cluster.Name);
        }

        var entry = new AccessEntryState(cluster, arn, type)
        {
            Username = type switch
            {
                "STANDARD" => username is null ? StandardUsername(cluster, arn) : CheckUsername(username, cluster.Name),
                "FARGATE_LINUX" or "HYBRID_LINUX" or "HYPERPOD_LINUX" => FargateUsername,
                _ => NodeUsername,
            },
            Groups = type == "STANDARD" ? CheckGroups(groups, cluster.Name) : type == "EC2_WINDOWS" ? ["system:nodes", KubeProxyWindows] : ["system:nodes"],
            Tags = EksRegion.ReadTags(body),
        };
        cluster.AccessEntries[arn] = entry;
        cluster.Workloads.Identity?.Publish();
        return entry;
    }

    private static JsonObject List(AwsCall call)
    {
        var policy = call.QueryValue("associatedPolicyArn");
        return EksRegion.Page(call, "accessEntries", WithEntries(call).AccessEntries.Values.Where(entry => policy is null || entry.Policies.ContainsKey(policy)).Select(entry => entry.PrincipalArn));
    }

    private static JsonObject Update(AwsCall call)
    {
        var (cluster, entry) = Named(call);
        if (entry.Type != "STANDARD")
        {
            throw EksErrors.InvalidRequest($"Access entries of type {entry.Type} cannot be updated.", cluster.Name);
        }

        entry.Groups = call.Body.Strings("kubernetesGroups") is { } groups ? CheckGroups(groups, cluster.Name) : entry.Groups;
        entry.Username = call.Body.String("username") is { } username ? CheckUsername(username, cluster.Name) : entry.Username;
        entry.Modified = call.Now;
        cluster.Workloads.Identity?.Publish();
        return Answer(entry);
    }

    private static JsonObject Delete(AwsCall call)
    {
        var (cluster, entry) = Named(call);
        cluster.AccessEntries.Remove(entry.PrincipalArn);
        cluster.Workloads.Identity?.Publish();
        return [];
    }

    private static string StandardUsername(Cluster cluster, string arn)
    {
        var parts = arn.Split(':');
        return parts[5].StartsWith("role/", StringComparison.Ordinal)
            ? $"arn:{cluster.Eks.Account.Partition}:sts::{parts[4]}:assumed-role/{arn[(arn.LastIndexOf('/') + 1)..]}/{{{{SessionName}}}}"
            : arn;
    }

    private static string CheckUsername(string username, string cluster)
    {
        if (ReservedPrefixes.Any(prefix => username.StartsWith(prefix, StringComparison.Ordinal)))
        {
            throw EksErrors.InvalidParameter($"The username {username} must not start with {string.Join(", ", ReservedPrefixes)}.", cluster);
        }

        var session = username.IndexOf("{{SessionName", StringComparison.Ordinal);
        return session < 0 || username[..session].Contains(':', StringComparison.Ordinal) ? username : throw EksErrors.InvalidParameter("{{SessionName}} in a username must follow a colon.", cluster);
    }

    private static List<string> CheckGroups(List<string> groups, string cluster) => groups.Find(group => ReservedPrefixes.Any(prefix => group.StartsWith(prefix, StringComparison.Ordinal))) is { } reserved
        ? throw EksErrors.InvalidParameter($"The kubernetes group name {reserved} is invalid, it cannot start with {string.Join(", ", ReservedPrefixes)}", cluster) : groups;

    private static JsonObject Answer(AccessEntryState entry) => new() { ["accessEntry"] = entry.Write() };
}
