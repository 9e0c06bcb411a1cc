using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.Kubernetes.Patching;

/// <summary>JSON merge patch (RFC 7396).</summary>
internal static class JsonMergePatch
{
    public static JsonObject Apply(JsonObject original, JsonObject patch)
    {
        var result = original.Clone();
        foreach (var (key, value) in patch)
        {
            if (value is null)
            {
                result.Remove(key);
            }
            else if (value is JsonObject child)
            {
                result[key] = Apply(result[key] as JsonObject ?? [], child);
            }
            else
            {
                result[key] = value.DeepClone();
            }
        }

        return result;
    }
}
