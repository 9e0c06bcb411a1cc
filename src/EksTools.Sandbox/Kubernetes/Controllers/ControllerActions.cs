using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Controllers;

/// <summary>What every controller does: own, count, write a status only when it is another.</summary>
internal static class ControllerActions
{
    /// <summary>The live objects that a controller owns.</summary>
    public static IReadOnlyList<JsonObject> Owned(this ObjectApi api, ResourceType type, JsonObject owner) =>
        [.. api.Store.List(type, owner.Namespace()).Items.Where(o => IsOwned(o, owner))];

    public static bool IsOwned(JsonObject obj, JsonObject owner) => obj.Objects("metadata", "ownerReferences").Any(r => r.Text("uid") == owner.Uid());

    public static JsonArray OwnerReference(ResourceType type, JsonObject owner) => new(new JsonObject
    {
        ["apiVersion"] = type.ApiVersion, ["kind"] = type.Kind, ["name"] = owner.Name(), ["uid"] = owner.Uid(), ["controller"] = true, ["blockOwnerDeletion"] = true,
    });

    /// <summary>Writes a status where it differs from the one that is.</summary>
    public static void SetStatus(this ObjectApi api, ResourceType type, JsonObject obj, JsonObject status) => api.Store.Atomically(() =>
    {
        if (api.Store.Find(type, obj.Namespace(), obj.Name()) is not { } current || current.Uid() != obj.Uid())
        {
            return false;
        }

        var keep = current.Object("status")?.Clone() ?? [];
        foreach (var (field, value) in status)
        {
            keep[field] = value?.DeepClone();
        }

        if (JsonNode.DeepEquals(keep, current["status"]))
        {
            return false;
        }

        current["status"] = keep;
        api.Store.Put(type, current);
        return true;
    });

    /// <summary>Makes a pod from a template; null, and an event at the owner, when the API refuses it.</summary>
    public static JsonObject? CreatePod(this ObjectApi api, ResourceType ownerType, JsonObject owner, string? name = null, string? pinnedNode = null, IReadOnlyDictionary<string, string>? labels = null)
    {
        var template = owner.Object("spec", "template")!;
        var metadata = template.Object("metadata")?.Clone() ?? [];
        metadata.Remove("creationTimestamp");
        metadata["name"] = name ?? ObjectApi.RandomName(owner.Name() + "-");
        metadata["generateName"] = owner.Name() + "-";
        metadata["ownerReferences"] = OwnerReference(ownerType, owner);
        foreach (var (key, value) in labels ?? new Dictionary<string, string>())
        {
            metadata.Ensure("labels")[key] = value;
        }

        var spec = template.Object("spec")!.Clone();
        if (pinnedNode is not null)
        {
            spec["nodeName"] = pinnedNode;
        }

        return api.TryCreate(ResourceCatalog.Pods, new() { ["metadata"] = metadata, ["spec"] = spec }, ownerType, owner);
    }

    /// <summary>Makes an object for an owner; null, and an event at the owner, when the API refuses it.</summary>
    public static JsonObject? TryCreate(this ObjectApi api, ResourceType type, JsonObject obj, ResourceType ownerType, JsonObject owner)
    {
        var component = ownerType.Kind.ToLowerInvariant() + "-controller";
        try
        {
            var created = api.Create(type, owner.Namespace(), obj, WriteOptions.Internal);
            api.Tell(owner, component, "Normal", "SuccessfulCreate", $"Created {type.Singular}: {created.Name()}");
            return created;
        }
        catch (StatusException refused)
        {
            // The template is at fault, not the controller. Names may be random, so they are no part of the event's message.
            api.Tell(owner, component, "Warning", "FailedCreate", $"Error creating: {refused.Message.Replace(obj.Name(), owner.Name(), StringComparison.Ordinal)}");
            return null;
        }
    }

    /// <summary>A short hash of a pod template, the same for the same template, as <c>pod-template-hash</c> has it.</summary>
    public static string TemplateHash(JsonObject owner)
    {
        const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(owner.At("spec", "template")?.ToJsonString() ?? ""));
        return string.Concat(hash.Take(9).Select(b => Alphabet[b % Alphabet.Length]));
    }

    public static bool IsReady(JsonObject obj) => obj.Objects("status", "conditions").Any(c => c.Text("type") == "Ready" && c.Text("status") == "True");

    public static bool IsFinished(JsonObject pod) => pod.Text("status", "phase") is "Succeeded" or "Failed";

    public static JsonObject Condition(string type, bool status, string reason, string timestamp, string message = "", JsonObject? before = null)
    {
        var old = before.Objects("status", "conditions").FirstOrDefault(c => c.Text("type") == type);
        var text = status ? "True" : "False";
        var since = old.Text("status") == text ? old.Text("lastTransitionTime") ?? timestamp : timestamp;
        var condition = new JsonObject { ["type"] = type, ["status"] = text, ["lastTransitionTime"] = since };
        if (reason.Length > 0)
        {
            condition["reason"] = reason;
        }

        if (message.Length > 0)
        {
            condition["message"] = message;
        }

        return condition;
    }
}
