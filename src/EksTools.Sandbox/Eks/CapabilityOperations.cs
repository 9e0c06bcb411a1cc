using System.Text.Json.Nodes;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Eks.JsonMembers;

namespace EksTools.Sandbox.Eks;

/// <summary>A capability: a controller that EKS runs for the cluster, outside of it.</summary>
internal sealed class Capability(Cluster cluster, string name, string type, string roleArn)
{
    private readonly Guid _id = Guid.NewGuid();

    public Cluster Cluster { get; } = cluster;
    public string Name { get; } = name;
    public string Kind { get; } = type;
    public string Status { get; set; } = "CREATING";
    public JsonObject? Configuration { get; init; }
    public Dictionary<string, string> Tags { get; init; } = [];
    public List<(string Code, string Message)> Issues { get; } = [];
    public DateTimeOffset Created { get; } = cluster.Eks.Account.Now;
    public string Arn => Cluster.Eks.Account.Arn("eks", Cluster.Eks.Region.Name, $"capability/{Cluster.Name}/{Kind.ToLowerInvariant()}/{Name}/{_id}");

    public JsonObject Summary() => new()
    {
        ["capabilityName"] = Name, ["arn"] = Arn, ["type"] = Kind, ["status"] = Status, ["version"] = "v1", ["createdAt"] = Time(Created), ["modifiedAt"] = Time(Created),
    };

    public JsonObject Write()
    {
        var json = Summary();
        (json["clusterName"], json["roleArn"], json["configuration"], json["tags"], json["deletePropagationPolicy"]) = (Cluster.Name, roleArn, Configuration?.Copy(), Tags.ToJson(), "RETAIN");
        json["health"] = new JsonObject { ["issues"] = Issues.Select(issue => new JsonObject { ["code"] = issue.Code, ["message"] = issue.Message }).ToJson() };
        return json.WithoutNulls();
    }
}

/// <summary>Capabilities, one of each type. What they run is not played.</summary>
internal static class CapabilityOperations
{
    private static readonly string[] Types = ["ACK", "ARGOCD", "KRO"];

    public static IReadOnlyList<JsonRoute> Routes { get; } =
    [
        new("CreateCapability", "POST", "/clusters/{name}/capabilities", call => Answer(call.Eks().Once(call, () => Create(call), made => made.Cluster.Capabilities.ContainsValue(made)))),
        new("DescribeCapability", "GET", "/clusters/{name}/capabilities/{capabilityName}", call => Answer(Named(call))),
        new("ListCapabilities", "GET", "/clusters/{name}/capabilities", call => EksRegion.Page(call, "capabilities", call.Eks().Get(call).Capabilities.Values.Select(one => (JsonNode?)one.Summary()))),
        new("DeleteCapability", "DELETE", "/clusters/{name}/capabilities/{capabilityName}", Delete),
    ];

    private static Capability Named(AwsCall call)
    {
        var (cluster, name) = (call.Eks().Get(call), call.Path["capabilityName"]);
        return cluster.Capabilities.GetValueOrDefault(name) ?? throw EksErrors.NotFound($"No capability found with name: {name}.", cluster.Name);
    }

    private static JsonObject Answer(Capability one) => new() { ["capability"] = one.Write() };

    private static Capability Create(AwsCall call)
    {
        var (eks, body, cluster) = (call.Eks(), call.Body, call.Eks().GetReady(call));
        var (name, type) = (EksRegion.RequireName(body, "capabilityName", "^[0-9A-Za-z][A-Za-z0-9\\-_]*$", 100), body.Require("type"));
        if (!Types.Contains(type) || body.Require("deletePropagationPolicy") != "RETAIN")
        {
            throw EksErrors.InvalidParameter($"A capability is of type {string.Join(", ", Types)}, and its deletePropagationPolicy is RETAIN.", cluster.Name);
        }

        if (cluster.Capabilities.Values.Any(other => other.Name == name || other.Kind == type))
        {
            throw EksErrors.InUse($"A capability of this name or type already exists in this cluster.", cluster.Name);
        }

        if (type == "ARGOCD" && body.Object("configuration")?.Object("argoCd")?.Object("awsIdc") is null)
        {
            throw EksErrors.InvalidParameter("A capability of type ARGOCD needs configuration.argoCd.awsIdc.", cluster.Name);
        }

        var role = eks.RequireRole(body.Require("roleArn"), "capabilities.eks.amazonaws.com", arn => EksErrors.InvalidParameter($"The role {arn} does not exist, or does not trust capabilities.eks.amazonaws.com.", cluster.Name));
        var made = new Capability(cluster, name, type, role.Arn) { Configuration = body.Object("configuration"), Tags = EksRegion.ReadTags(body) };
        cluster.Capabilities[name] = made;
        call.Account.After(eks.Durations.Capability, () => made.Status = made.Status == "CREATING" ? "ACTIVE" : made.Status);
        return made;
    }

    private static JsonObject Delete(AwsCall call)
    {
        var one = Named(call);
        if (one.Status == "CREATING")
        {
            throw EksErrors.InUse($"Cannot delete capability {one.Name} while it is in status CREATING", one.Cluster.Name);
        }

        if (one.Status != "DELETING")
        {
            one.Status = "DELETING";
            var (failure, durations) = (call.Failure, call.Eks().Durations);
            one.Issues.Clear();
            call.Account.After(durations.CapabilityDeletion, () =>
            {
                if (failure is not null)
                {
                    one.Issues.Add((failure.Code, failure.Message));
                    one.Status = "DELETE_FAILED";
                }
                else
                {
                    one.Cluster.Capabilities.Remove(one.Name);
                }
            });
        }

        return Answer(one);
    }
}
