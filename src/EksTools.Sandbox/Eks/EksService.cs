using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Eks;

/// <summary>EKS's operations.</summary>
internal static class EksService
{
    /// <summary>Every operation with its place.</summary>
    public static IReadOnlyList<JsonRoute> Routes { get; } =
    [
        .. ClusterOperations.Routes, .. ClusterUpdateOperations.Routes, .. NodegroupOperations.Routes, .. NodegroupUpdateOperations.Routes, .. AddonOperations.Routes, .. AddonCatalog.Routes,
        .. AccessOperations.Routes, .. AccessPolicyOperations.Routes, .. PodIdentityOperations.Routes, .. FargateOperations.Routes, .. CapabilityOperations.Routes, .. InsightOperations.Routes, .. TagOperations.Routes,
    ];
}
