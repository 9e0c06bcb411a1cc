using System.Text.Json.Nodes;
using static EksTools.Sandbox.Eks.JsonMembers;

namespace EksTools.Sandbox.Eks;

/// <summary>An add-on in a cluster.</summary>
internal sealed class Addon(Cluster cluster, AddonOffer offer, string version)
{
    private readonly Guid _id = Guid.NewGuid();

    public Cluster Cluster { get; } = cluster;
    public AddonOffer Offer { get; } = offer;
    public string Name => Offer.Name;
    public string Version { get; set; } = version;
    public string Status { get; set; } = "CREATING";
    public string Arn => Cluster.Eks.Account.Arn("eks", Cluster.Eks.Region.Name, $"addon/{Cluster.Name}/{Name}/{_id}");
    public DateTimeOffset Created { get; } = cluster.Eks.Account.Now;
    public DateTimeOffset Modified { get; set; } = cluster.Eks.Account.Now;
    public string? RoleArn { get; set; }

    /// <summary>The role that its service account was last given by EKS.</summary>
    public string? LaidRole { get; set; }
    public string? Configuration { get; set; }
    public Dictionary<string, string> Tags { get; init; } = [];
    public List<HealthIssue> Issues { get; } = [];

    /// <summary>Whether the time has come in which it should run.</summary>
    public bool IsDue { get; set; }

    /// <summary>The update that its next ACTIVE ends.</summary>
    public Update? Running { get; set; }

    /// <summary>Sees whether its pods can run, when its time has come.</summary>
    /// <param name="runs">Whether its pods have a node that is Ready, and those of the network may do their work.</param>
    public void Check(bool runs)
    {
        if (!IsDue || Status is not ("CREATING" or "UPDATING" or "DEGRADED" or "ACTIVE"))
        {
            return;
        }

        if (!runs)
        {
            if (Issues.Count == 0)
            {
                Issues.Add(new HealthIssue("InsufficientNumberOfReplicas", "The add-on is unhealthy because it doesn't have the desired number of replicas.", []));
            }

            Status = Status == "ACTIVE" ? "DEGRADED" : Status;
            return;
        }

        Issues.Clear();
        if (Status != "ACTIVE")
        {
            Status = "ACTIVE";
            Modified = Cluster.Eks.Account.Now;
        }

        if (Running is not null)
        {
            Running.Status = "Successful";
            Running = null;
        }
    }

    /// <summary>The add-on as DescribeAddon answers it.</summary>
    public JsonObject Write()
    {
        var associations = Cluster.PodIdentityAssociations.Values.Where(association => association.OwnerArn == Arn).Select(association => association.Arn).ToList();
        return new JsonObject
        {
            ["addonName"] = Name,
            ["clusterName"] = Cluster.Name,
            ["status"] = Status,
            ["addonVersion"] = Version,
            ["health"] = HealthIssue.Write(Issues),
            ["addonArn"] = Arn,
            ["createdAt"] = Time(Created),
            ["modifiedAt"] = Time(Modified),
            ["serviceAccountRoleArn"] = RoleArn,
            ["tags"] = Tags.ToJson(),
            ["configurationValues"] = Configuration,
            ["podIdentityAssociations"] = associations.Count == 0 ? null : associations.ToJson(),
        }.WithoutNulls();
    }
}
