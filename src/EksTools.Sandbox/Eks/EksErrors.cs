using System.Text.Json.Nodes;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Eks;

/// <summary>EKS's errors.</summary>
internal static class EksErrors
{
    public static AwsException InvalidParameter(string message, string? cluster = null, string? nodegroup = null) => New("InvalidParameterException", message, 400, cluster, nodegroup);

    public static AwsException InvalidRequest(string message, string? cluster = null, string? nodegroup = null) => New("InvalidRequestException", message, 400, cluster, nodegroup);

    public static AwsException NotFound(string message, string? cluster = null, string? nodegroup = null) => New("ResourceNotFoundException", message, 404, cluster, nodegroup);

    public static AwsException InUse(string message, string? cluster = null, string? nodegroup = null) => New("ResourceInUseException", message, 409, cluster, nodegroup);

    public static AwsException UnsupportedZone(string cluster, string zone, IEnumerable<string> valid) =>
        new("UnsupportedAvailabilityZoneException", $"Cannot create cluster '{cluster}' because {zone}, the targeted availability zone, does not currently have sufficient capacity to support the cluster. Retry and choose from these availability zones: {string.Join(", ", valid)}", 400)
        {
            Members = new JsonObject { ["clusterName"] = cluster, ["validZones"] = valid.ToJson() },
        };

    private static AwsException New(string code, string message, int status, string? cluster, string? nodegroup) =>
        new(code, message, status) { Members = new JsonObject { ["clusterName"] = cluster, ["nodegroupName"] = nodegroup } };
}
