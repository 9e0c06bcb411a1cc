namespace EksTools.Testing;

/// <summary>A real kube-apiserver and etcd, as <c>.ci/kube-apiserver</c> makes them.</summary>
public static class KubernetesAssets
{
    /// <summary>The folder that KUBEBUILDER_ASSETS names. Where it is not set the test is skipped, or fails under CI=true.</summary>
    public static string Require()
    {
        string? folder = Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS");
        bool absent = string.IsNullOrEmpty(folder);
        Assert.SkipWhen(absent && Environment.GetEnvironmentVariable("CI") != "true", "KUBEBUILDER_ASSETS names no folder with kube-apiserver and etcd; .ci/kube-apiserver makes one.");
        Assert.False(absent, "KUBEBUILDER_ASSETS names no folder with kube-apiserver and etcd, and CI must have it.");
        return folder!;
    }
}
