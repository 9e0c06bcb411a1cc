using System.Text.Json.Nodes;
using EksTools.Sandbox.Iam;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Eks.JsonMembers;

namespace EksTools.Sandbox.Eks;

/// <summary>A Fargate profile.</summary>
internal sealed class FargateProfile(Cluster cluster, string name, string roleArn)
{
    private readonly Guid _id = Guid.NewGuid();

    public Cluster Cluster { get; } = cluster;
    public string Name { get; } = name;
    public string Status { get; set; } = "CREATING";
    public List<string> Subnets { get; init; } = [];
    public JsonArray Selectors { get; init; } = [];
    public Dictionary<string, string> Tags { get; init; } = [];
    public List<HealthIssue> Issues { get; } = [];
    public DateTimeOffset Created { get; } = cluster.Eks.Account.Now;
    public string Arn => Cluster.Eks.Account.Arn("eks", Cluster.Eks.Region.Name, $"fargateprofile/{Cluster.Name}/{Name}/{_id}");

    public JsonObject Write() => new()
    {
        ["fargateProfileName"] = Name,
        ["fargateProfileArn"] = Arn,
        ["clusterName"] = Cluster.Name,
        ["createdAt"] = Time(Created),
        ["podExecutionRoleArn"] = roleArn,
        ["subnets"] = Subnets.ToJson(),
        ["selectors"] = Selectors.Copy(),
        ["status"] = Status,
        ["tags"] = Tags.ToJson(),
        ["health"] = HealthIssue.Write(Issues),
    };
}

/// <summary>Fargate profiles: one at a time comes or goes.</summary>
internal static class FargateOperations
{
    public static IReadOnlyList<JsonRoute> Routes { get; } =
    [
        new("CreateFargateProfile", "POST", "/clusters/{name}/fargate-profiles", call => Answer(call.Eks().Once(call, () => Create(call), profile => profile.Cluster.FargateProfiles.ContainsValue(profile)))),
        new("DescribeFargateProfile", "GET", "/clusters/{name}/fargate-profiles/{fargateProfileName}", call => Answer(Named(call))),
        new("ListFargateProfiles", "GET", "/clusters/{name}/fargate-profiles", call => EksRegion.Page(call, "fargateProfileNames", call.Eks().Get(call).FargateProfiles.Keys)),
        new("DeleteFargateProfile", "DELETE", "/clusters/{name}/fargate-profiles/{fargateProfileName}", Delete),
    ];

    private static FargateProfile Named(AwsCall call)
    {
        var (cluster, name) = (call.Eks().Get(call), call.Path["fargateProfileName"]);
        return cluster.FargateProfiles.GetValueOrDefault(name) ?? throw EksErrors.NotFound($"No Fargate Profile found with name: {name}.", cluster.Name);
    }

    private static JsonObject Answer(FargateProfile profile) => new() { ["fargateProfile"] = profile.Write() };

    private static FargateProfile Create(AwsCall call)
    {
        var (eks, body, cluster) = (call.Eks(), call.Body, call.Eks().GetReady(call));
        var name = EksRegion.RequireName(body, "fargateProfileName", "^[0-9A-Za-z][A-Za-z0-9\\-_]*$", 100);
        if (cluster.FargateProfiles.ContainsKey(name))
        {
            throw EksErrors.InUse($"A Fargate Profile already exists with this name in this cluster.", cluster.Name);
        }

        RefuseWhileAnother(cluster, $"Cannot create Fargate Profile {name}");
        RoleOperations.EnsureServiceLinked(call, "eks-fargate.amazonaws.com", "AWSServiceRoleForAmazonEKSForFargate");
        var role = eks.RequireRole(body.Require("podExecutionRoleArn"), "eks-fargate-pods.amazonaws.com", arn => EksErrors.InvalidParameter($"Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service Principal: {arn}", cluster.Name));
        var subnets = body.Strings("subnets") is { Count: > 0 } ids ? eks.RequireSubnets(ids, cluster.Name) : [.. cluster.Subnets.Where(subnet => !NodegroupOperations.IsPublic(eks.Ec2, subnet))];
        if (subnets.FirstOrDefault(subnet => NodegroupOperations.IsPublic(eks.Ec2, subnet)) is { } open)
        {
            throw EksErrors.InvalidParameter($"Subnet {open.Id} provided in Fargate Profile is not a private subnet", cluster.Name);
        }

        if (name.StartsWith("eks-", StringComparison.Ordinal))
        {
            throw EksErrors.InvalidParameter("The Fargate profile name can't begin with eks-.", cluster.Name);
        }

        if (subnets.Count == 0)
        {
            throw EksErrors.InvalidParameter("No private subnets were found for the Fargate profile.", cluster.Name);
        }

        var selectors = body.Objects("selectors") ?? [];
        if (selectors.Count is 0 or > 5 || selectors.Any(selector => selector.String("namespace") is not { Length: > 0 }))
        {
            throw EksErrors.InvalidParameter("A Fargate Profile has one to five selectors, each with a namespace.", cluster.Name);
        }

        if (selectors.Any(selector => selector.Map("labels").Count > 5))
        {
            throw EksErrors.InvalidParameter("A selector of a Fargate Profile has at most five labels.", cluster.Name);
        }

        var profile = new FargateProfile(cluster, name, role.Arn)
        {
            Subnets = [.. subnets.Select(subnet => subnet.Id)], Selectors = selectors.Select(selector => selector.DeepClone().AsObject()).ToJson(), Tags = EksRegion.ReadTags(body),
        };
        cluster.FargateProfiles[name] = profile;
        AccessOperations.AdmitFargate(cluster, role.Arn);
        call.Account.After(eks.Durations.FargateProfile, () =>
        {
            if (call.Failure is { } failure)
            {
                profile.Status = "CREATE_FAILED";
                profile.Issues.Add(new HealthIssue(failure.Code, failure.Message, [profile.Name]));
                return;
            }

            profile.Status = "ACTIVE";
            cluster.Workloads.Reconcile();
        });
        return profile;
    }

    private static JsonObject Delete(AwsCall call)
    {
        var (cluster, profile) = (call.Eks().Get(call), Named(call));
        RefuseWhileAnother(cluster, $"Cannot delete Fargate Profile {profile.Name}");
        if (profile.Status == "DELETING")
        {
            return Answer(profile);
        }

        profile.Status = "DELETING";
        cluster.Workloads.Reconcile();
        call.Account.After(call.Account.Options.Durations.FargateProfile, () => cluster.FargateProfiles.Remove(profile.Name));
        return Answer(profile);
    }

    private static void RefuseWhileAnother(Cluster cluster, string what)
    {
        if (cluster.FargateProfiles.Values.FirstOrDefault(profile => profile.Status is "CREATING" or "DELETING") is { } busy)
        {
            throw EksErrors.InUse($"{what} because cluster {cluster.Name} currently has Fargate profile {busy.Name} in status {busy.Status}", cluster.Name);
        }
    }
}
