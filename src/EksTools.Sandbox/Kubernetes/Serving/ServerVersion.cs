using System.Text.Json.Nodes;

namespace EksTools.Sandbox.Kubernetes.Serving;

/// <summary>What the server says its version is.</summary>
/// <param name="Minor">Such as <c>1.34</c>.</param>
internal sealed record ServerVersion(string Minor)
{
    private const string Build = "eks-5b1c3a7";

    /// <summary>Such as <c>v1.34.1-eks-5b1c3a7</c>; nodes report the same.</summary>
    public string GitVersion => $"v{Minor}.1-{Build}";

    public JsonObject ToJson()
    {
        var parts = Minor.Split('.');
        return new()
        {
            ["major"] = parts[0], ["minor"] = parts[^1], ["emulationMajor"] = parts[0], ["emulationMinor"] = parts[^1], ["gitVersion"] = GitVersion,
            ["gitCommit"] = "5b1c3a7000000000000000000000000000000000", ["gitTreeState"] = "clean", ["buildDate"] = "2025-11-01T00:00:00Z",
            ["goVersion"] = "go1.24.6", ["compiler"] = "gc", ["platform"] = "linux/amd64",
        };
    }
}
