using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EksTools.Sandbox.EksAuth;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Eks.JsonMembers;

namespace EksTools.Sandbox.Eks;

/// <summary>A Pod Identity association.</summary>
internal sealed class PodIdentityAssociation(Cluster cluster, string space, string serviceAccount)
{
    public string Id { get; } = "a-" + RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 17);
    public string Namespace { get; } = space;
    public string ServiceAccount { get; } = serviceAccount;
    public required string RoleArn { get; set; }
    public string? TargetRoleArn { get; set; }
    public string? ExternalId { get; init; }
    public string? OwnerArn { get; init; }
    public bool DisableSessionTags { get; set; }
    public string? Policy { get; set; }
    public Dictionary<string, string> Tags { get; init; } = [];
    public DateTimeOffset Created { get; } = cluster.Eks.Account.Now;
    public DateTimeOffset Modified { get; set; } = cluster.Eks.Account.Now;
    public string Arn => cluster.Eks.Account.Arn("eks", cluster.Eks.Region.Name, $"podidentityassociation/{cluster.Name}/{Id}");

    public JsonObject Summary() => new JsonObject
    {
        ["clusterName"] = cluster.Name, ["namespace"] = Namespace, ["serviceAccount"] = ServiceAccount, ["associationArn"] = Arn, ["associationId"] = Id, ["ownerArn"] = OwnerArn,
    }.WithoutNulls();

    public JsonObject Write()
    {
        var json = Summary();
        (json["roleArn"], json["tags"], json["createdAt"], json["modifiedAt"], json["disableSessionTags"]) = (RoleArn, Tags.ToJson(), Time(Created), Time(Modified), DisableSessionTags);
        (json["targetRoleArn"], json["externalId"], json["policy"]) = (TargetRoleArn, ExternalId, Policy);
        return json.WithoutNulls();
    }
}

/// <summary>Pod Identity associations.</summary>
internal static class PodIdentityOperations
{
    public static IReadOnlyList<JsonRoute> Routes { get; } =
    [
        new("CreatePodIdentityAssociation", "POST", "/clusters/{name}/pod-identity-associations", call => Answer(call.Eks().Once(call, () => Create(call), made => call.Eks().Get(call).PodIdentityAssociations.ContainsValue(made)))),
        new("DescribePodIdentityAssociation", "GET", "/clusters/{name}/pod-identity-associations/{associationId}", call => Answer(Named(call))),
        new("ListPodIdentityAssociations", "GET", "/clusters/{name}/pod-identity-associations", List),
        new("UpdatePodIdentityAssociation", "POST", "/clusters/{name}/pod-identity-associations/{associationId}", Update),
        new("DeletePodIdentityAssociation", "DELETE", "/clusters/{name}/pod-identity-associations/{associationId}", Delete),
    ];

    /// <summary>The service accounts and roles that a request gives to an add-on; null when it says nothing of them.</summary>
    public static IReadOnlyList<(string ServiceAccount, string RoleArn)>? ReadOwned(AwsCall call, Cluster cluster, AddonOffer offer) => call.Body.Objects("podIdentityAssociations") is { } wanted
        ? [.. wanted.Select(item => (item.Require("serviceAccount"), RequireRole(call, cluster, item.Require("roleArn"), offer.Namespace, item.Require("serviceAccount"))))] : null;

    /// <summary>Makes associations that an add-on owns. The list is the whole: an empty one takes all away.</summary>
    public static void Own(Cluster cluster, Addon addon, IReadOnlyList<(string ServiceAccount, string RoleArn)>? wanted)
    {
        if (wanted is null)
        {
            return;
        }

        foreach (var old in cluster.PodIdentityAssociations.Values.Where(old => old.OwnerArn == addon.Arn).ToList())
        {
            cluster.PodIdentityAssociations.Remove(old.Id);
        }

        foreach (var (account, role) in wanted)
        {
            var made = new PodIdentityAssociation(cluster, addon.Offer.Namespace, account) { RoleArn = role, OwnerArn = addon.Arn };
            cluster.PodIdentityAssociations[made.Id] = made;
        }

        cluster.Workloads.Identity?.Publish();
    }

    private static PodIdentityAssociation Named(AwsCall call)
    {
        var cluster = call.Eks().Get(call);
        return cluster.PodIdentityAssociations.GetValueOrDefault(call.Path["associationId"])
            ?? throw EksErrors.NotFound($"The specified associationId {call.Path["associationId"]} could not be found in cluster {cluster.Name}.", cluster.Name);
    }

    private static PodIdentityAssociation Create(AwsCall call)
    {
        var (cluster, body) = (call.Eks().Get(call), call.Body);
        var (space, account, role) = (body.Require("namespace"), body.Require("serviceAccount"), RequireRole(call, cluster, body.Require("roleArn"), body.Require("namespace"), body.Require("serviceAccount")));
        if (cluster.PodIdentityAssociations.Values.Any(other => other.Namespace == space && other.ServiceAccount == account))
        {
            throw EksErrors.InUse($"Association already exists: {cluster.PodIdentityAssociations.Values.First(other => other.Namespace == space && other.ServiceAccount == account).Id}", cluster.Name);
        }

        var target = ReadTarget(call, cluster);
        var made = new PodIdentityAssociation(cluster, space, account)
        {
            RoleArn = role, TargetRoleArn = target, DisableSessionTags = body.Flag("disableSessionTags") ?? false, Policy = body.String("policy"), Tags = EksRegion.ReadTags(body),
            ExternalId = target is null ? null : $"{call.Region}/{call.Account.Id}/{cluster.Name}/{space}/{account}",
        };
        cluster.PodIdentityAssociations[made.Id] = made;
        cluster.Workloads.Identity?.Publish();
        return made;
    }

    private static JsonObject List(AwsCall call)
    {
        var (space, account) = (call.QueryValue("namespace"), call.QueryValue("serviceAccount"));
        return EksRegion.Page(call, "associations", call.Eks().Get(call).PodIdentityAssociations.Values
            .Where(association => (space is null || association.Namespace == space) && (account is null || association.ServiceAccount == account)).Select(JsonNode? (association) => association.Summary()));
    }

    private static JsonObject Update(AwsCall call)
    {
        var (cluster, association) = (call.Eks().Get(call), Named(call));
        association.RoleArn = call.Body.String("roleArn") is { } role ? RequireRole(call, cluster, role, association.Namespace, association.ServiceAccount) : association.RoleArn;
        association.TargetRoleArn = ReadTarget(call, cluster) ?? association.TargetRoleArn;
        association.DisableSessionTags = call.Body.Flag("disableSessionTags") ?? association.DisableSessionTags;
        association.Policy = call.Body.String("policy") ?? association.Policy;
        association.Modified = call.Now;
        return Answer(association);
    }

    private static JsonObject Delete(AwsCall call)
    {
        var (cluster, association) = (call.Eks().Get(call), Named(call));
        cluster.PodIdentityAssociations.Remove(association.Id);
        cluster.Workloads.Identity?.Publish();
        return Answer(association);
    }

    /// <summary>A role that the association's own passes on to. Of another account it is not seen; what is no role, or of another partition, is.</summary>
    private static string? ReadTarget(AwsCall call, Cluster cluster) => call.Body.String("targetRoleArn") is not { } arn ? null
        : arn.Split(':', 6) is ["arn", var partition, "iam", "", { Length: 12 } account, var resource] && partition == call.Account.Partition && account.All(char.IsAsciiDigit)
            && resource.StartsWith("role/", StringComparison.Ordinal) && resource.Length > "role/".Length ? arn
        : throw EksErrors.InvalidParameter($"Target role ARN {arn} is not the ARN of an IAM role.", cluster.Name);

    /// <summary>Refuses a role that EKS could not assume for the pods of the service account; EKS looks for both actions, with tags or without.</summary>
    private static string RequireRole(AwsCall call, Cluster cluster, string arn, string space, string serviceAccount)
    {
        var role = call.Account.Iam.FindRole(arn);
        return role is not null && call.Account.Iam.IsVisible(role) && PodIdentitySession.Trusts(role, cluster, PodIdentitySession.TagsOf(cluster, space, serviceAccount)) ? role.Arn
            : throw EksErrors.InvalidParameter("Trust policy of role, " + arn + ", does not permit pods.eks.amazonaws.com to assume it with sts:AssumeRole and sts:TagSession, or the role does not exist.", cluster.Name);
    }

    private static JsonObject Answer(PodIdentityAssociation association) => new() { ["association"] = association.Write() };
}
