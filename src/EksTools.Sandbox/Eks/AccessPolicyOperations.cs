using System.Text.Json.Nodes;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Eks;

/// <summary>Access policies and their associations.</summary>
internal static class AccessPolicyOperations
{
    private static readonly string[] Names =
    [
        "AmazonEKSAdminPolicy", "AmazonEKSAdminViewPolicy", "AmazonEKSAutoNodePolicy", "AmazonEKSBlockStorageClusterPolicy", "AmazonEKSBlockStoragePolicy", "AmazonEKSClusterAdminPolicy",
        "AmazonEKSClusterInsightsPolicy", "AmazonEKSComputeClusterPolicy", "AmazonEKSComputePolicy", "AmazonEKSEditPolicy", "AmazonEKSHybridPolicy", "AmazonEKSLoadBalancingClusterPolicy",
        "AmazonEKSLoadBalancingPolicy", "AmazonEKSNetworkingClusterPolicy", "AmazonEKSNetworkingPolicy", "AmazonEKSViewPolicy", "AmazonAIOpsAssistantPolicy", "AmazonARCRegionSwitchScalingPolicy",
    ];

    public static IReadOnlyList<JsonRoute> Routes { get; } =
    [
        new("ListAccessPolicies", "GET", "/access-policies", call => EksRegion.Page(call, "accessPolicies", Names.Select(JsonNode? (name) => new JsonObject { ["name"] = name, ["arn"] = Arn(call.Account.Partition, name) }))),
        new("ListAssociatedAccessPolicies", "GET", "/clusters/{name}/access-entries/{principalArn}/access-policies", List),
        new("AssociateAccessPolicy", "POST", "/clusters/{name}/access-entries/{principalArn}/access-policies", Associate),
        new("DisassociateAccessPolicy", "DELETE", "/clusters/{name}/access-entries/{principalArn}/access-policies/{policyArn}", Disassociate),
    ];

    /// <summary>A policy's ARN.</summary>
    public static string Arn(string partition, string name) => $"arn:{partition}:eks::aws:cluster-access-policy/{name}";

    private static JsonObject List(AwsCall call)
    {
        var (cluster, entry) = AccessOperations.Named(call);
        var page = EksRegion.Page(call, "associatedAccessPolicies", entry.Policies.Values.Select(JsonNode? (policy) => policy.Write()));
        (page["clusterName"], page["principalArn"]) = (cluster.Name, entry.PrincipalArn);
        return page;
    }

    private static JsonObject Associate(AwsCall call)
    {
        var (cluster, entry) = AccessOperations.Named(call);
        var arn = call.Body.Require("policyArn");
        if (Names.All(name => Arn(call.Account.Partition, name) != arn))
        {
            throw EksErrors.InvalidParameter("The policyArn parameter format is not valid", cluster.Name);
        }

        if (entry.Type is not ("STANDARD" or "EC2"))
        {
            throw EksErrors.InvalidRequest($"Access entries of type {entry.Type} take no access policies.", cluster.Name);
        }

        var scope = call.Body.Object("accessScope") ?? throw EksErrors.InvalidParameter("The required member accessScope is missing.", cluster.Name);
        var (type, namespaces) = (scope.String("type"), scope.Strings("namespaces") ?? []);
        if (type is not ("cluster" or "namespace") || type == "namespace" != namespaces.Count > 0)
        {
            throw EksErrors.InvalidParameter("accessScope: the type must be cluster without namespaces or namespace with namespaces.", cluster.Name);
        }

        var policy = new PolicyState(arn, type, namespaces, entry.Policies.GetValueOrDefault(arn)?.Associated ?? call.Now, call.Now);
        entry.Policies[arn] = policy;
        cluster.Workloads.Identity?.Publish();
        return new JsonObject { ["clusterName"] = cluster.Name, ["principalArn"] = entry.PrincipalArn, ["associatedAccessPolicy"] = policy.Write() };
    }

    private static JsonObject Disassociate(AwsCall call)
    {
        var (cluster, entry) = AccessOperations.Named(call);
        if (!entry.Policies.Remove(call.Path["policyArn"]))
        {
            throw EksErrors.NotFound("No policy association found for the specified policyArn.", cluster.Name);
        }

        cluster.Workloads.Identity?.Publish();
        return [];
    }
}
