using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving;

namespace EksTools.Sandbox.Kubernetes.Store;

/// <summary>What the API server does to every object that is written, whatever its kind.</summary>
internal static class ObjectRules
{
    public static void Place(ResourceType type, string? ns, JsonObject obj)
    {
        // Go leaves empty maps and lists of the metadata out.
        foreach (var field in (ReadOnlySpan<string>)["labels", "annotations", "finalizers", "ownerReferences"])
        {
            if (obj.At("metadata", field) is JsonObject { Count: 0 } or JsonArray { Count: 0 })
            {
                obj.Ensure("metadata").Remove(field);
            }
        }

        obj["apiVersion"] = type.ApiVersion;
        obj["kind"] = type.Kind;
        if (!type.Namespaced)
        {
            obj.Ensure("metadata").Remove("namespace");
        }
        else if (obj.Namespace() is { Length: > 0 } given && given != ns)
        {
            throw StatusException.BadRequest($"the namespace of the provided object does not match the namespace sent on the request");
        }
        else
        {
            obj.Ensure("metadata")["namespace"] = ns;
        }
    }

    public static bool HasGeneration(ResourceType type) => type.HasScale || type.IsCustom || type.Plural is "daemonsets" or "jobs" or "cronjobs" or "poddisruptionbudgets" or "ingresses" or "customresourcedefinitions"
        or "networkpolicies" or "ingressclasses" or "mutatingwebhookconfigurations" or "validatingwebhookconfigurations" or "priorityclasses";

    public static JsonObject Substance(JsonObject obj)
    {
        var substance = obj.Clone();
        substance.Remove("metadata");
        substance.Remove("status");
        return substance;
    }

    public static void Carry(JsonObject from, JsonObject to, string field)
    {
        to.Remove(field);
        if (from[field] is { } value)
        {
            to[field] = value.DeepClone();
        }
    }

    // A write to the object keeps the status that is; a write to /status keeps all else (labels and annotations included).
    public static JsonObject OnlyStatusOrAllElse(JsonObject current, JsonObject written, bool status)
    {
        var result = (status ? current : written).Clone();
        result.Remove("status");
        if ((status ? written : current)["status"] is { } kept)
        {
            result["status"] = kept.DeepClone();
        }

        return result;
    }
}
