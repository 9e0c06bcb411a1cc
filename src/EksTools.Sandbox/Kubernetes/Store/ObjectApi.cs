using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Admission;
using EksTools.Sandbox.Kubernetes.Patching;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving;

namespace EksTools.Sandbox.Kubernetes.Store;

/// <summary>How a write was asked for.</summary>
/// <param name="Manager">The field manager, null for the cluster's own controllers, which leave no managedFields.</param>
/// <param name="DryRun">Everything but the write itself.</param>
/// <param name="Subresource">Such as <c>status</c>; empty for the object itself.</param>
internal sealed record WriteOptions(string? Manager = null, bool DryRun = false, string Subresource = "")
{
    /// <summary>A write by the cluster itself.</summary>
    public static readonly WriteOptions Internal = new();
}

/// <summary>What a delete was asked with.</summary>
internal sealed record DeleteOptions(string? Uid = null, string? ResourceVersion = null, string? PropagationPolicy = null, bool DryRun = false)
{
    /// <summary>An ordinary delete.</summary>
    public static readonly DeleteOptions Default = new();
}

/// <summary>Create, replace and delete with the rules of the API server: defaults, validation, generation, preconditions, finalizers.</summary>
internal sealed class ObjectApi(ObjectStore store)
{
    private const int MaxPrefix = 58;
    private const string SuffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";

    public ObjectStore Store { get; } = store;

    public ServedTypes Types { get; } = new(store);

    /// <summary>Where Services get their addresses.</summary>
    public ServiceRange Services { get; init; } = new(ServiceRange.Usual);

    /// <summary>What a new pod is changed by before it is looked at.</summary>
    public PodIdentityWebhook? Webhook { get; init; }

    /// <summary>The webhooks that people install.</summary>
    public AdmissionWebhooks? Webhooks { get; init; }

    public JsonObject Get(ResourceType type, string? ns, string name) => Store.Find(type, ns, name) ?? throw StatusException.NotFound(type, name);

    /// <summary>Creates an object; a name is made from generateName.</summary>
    /// <param name="managedFields">False when the caller has written managedFields itself (server-side apply).</param>
    public JsonObject Create(ResourceType type, string? ns, JsonObject input, WriteOptions options, bool managedFields = true) => Store.Atomically(() =>
    {
        var obj = input.Clone();
        var metadata = obj.Ensure("metadata");
        if (metadata.Text("resourceVersion") is { Length: > 0 })
        {
            throw new StatusException(500, "InternalError", "resourceVersion should not be set on objects to be created");
        }

        ObjectRules.Place(type, ns, obj);
        if (string.IsNullOrEmpty(obj.Name()) && metadata.Text("generateName") is { Length: > 0 } prefix)
        {
            metadata["name"] = RandomName(prefix);
        }

        if (ns is not null)
        {
            var space = Store.Find(ResourceCatalog.Namespaces, null, ns) ?? throw StatusException.NotFound(ResourceCatalog.Namespaces, ns);
            if (space.At("metadata", "deletionTimestamp") is not null)
            {
                var details = StatusException.About(type, obj.Name());
                details["causes"] = new JsonArray(new JsonObject { ["reason"] = "NamespaceTerminating", ["message"] = $"namespace {ns} is being terminated", ["field"] = "metadata.namespace" });
                throw StatusException.Forbidden($"{type.QualifiedName} \"{obj.Name()}\" is forbidden: unable to create new content in namespace {ns} because it is being terminated", details);
            }
        }

        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = Store.Timestamp;
        metadata.Remove("deletionTimestamp");
        metadata.Remove("selfLink");
        if (type.HasStatus && options.Manager is not null)
        {
            obj.Remove("status");
        }

        Defaulting.Apply(type, obj, this);
        if (type == ResourceCatalog.Pods)
        {
            Webhook?.Admit(obj);
        }

        Webhooks?.Admit(type, obj, "CREATE");
        if (ObjectRules.HasGeneration(type))
        {
            metadata["generation"] = 1;
        }

        Validation.Check(type, obj, null);
        if (Store.Find(type, ns, obj.Name()) is not null)
        {
            throw StatusException.AlreadyExists(type, obj.Name());
        }

        if (managedFields)
        {
            FieldOwnership.RecordUpdate([], obj, options, Store.Timestamp);
        }

        return options.DryRun ? obj : Store.Put(type, obj);
    });

    /// <summary>Puts an object in the place of the one of the same name.</summary>
    /// <param name="input">The whole object; a resourceVersion in it must be the present one.</param>
    /// <param name="managedFields">False when the caller has written managedFields itself (server-side apply).</param>
    public JsonObject Replace(ResourceType type, string? ns, string name, JsonObject input, WriteOptions options, bool managedFields = true) => Store.Atomically(() =>
    {
        var current = Get(type, ns, name);
        var obj = input.Clone();
        var metadata = obj.Ensure("metadata");
        ObjectRules.Place(type, ns, obj);
        if (obj.Name() != name)
        {
            throw StatusException.BadRequest($"the name of the object ({obj.Name()}) does not match the name on the URL ({name})");
        }

        if (metadata.Text("resourceVersion") is { Length: > 0 } version && version != current.Text("metadata", "resourceVersion"))
        {
            throw StatusException.Stale(type, name);
        }

        if (metadata.Text("uid") is { Length: > 0 } uid && uid != current.Uid())
        {
            throw StatusException.Conflict(type, name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {current.Uid()}");
        }

        foreach (var kept in (ReadOnlySpan<string>)["uid", "creationTimestamp", "resourceVersion", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "generateName"])
        {
            ObjectRules.Carry(current["metadata"]!.AsObject(), metadata, kept);
        }

        if (type.HasStatus && options.Manager is not null)
        {
            obj = ObjectRules.OnlyStatusOrAllElse(current, obj, options.Subresource == "status");
            metadata = obj.Ensure("metadata");
            if (!managedFields)
            {
                ObjectRules.Carry(input["metadata"]!.AsObject(), metadata, "managedFields");
            }
        }

        Defaulting.Apply(type, obj, this);
        if (options.Subresource.Length == 0 && !JsonNode.DeepEquals(current, obj))
        {
            Webhooks?.Admit(type, obj, "UPDATE");
        }

        Validation.Check(type, obj, current);
        if (ObjectRules.HasGeneration(type) && !JsonNode.DeepEquals(ObjectRules.Substance(current), ObjectRules.Substance(obj)))
        {
            metadata["generation"] = (current.Number("metadata", "generation") ?? 0) + 1;
        }

        if (managedFields)
        {
            FieldOwnership.RecordUpdate(current, obj, options, Store.Timestamp);
        }

        if (JsonNode.DeepEquals(current, obj))
        {
            return current;
        }

        if (options.DryRun)
        {
            return obj;
        }

        if (metadata.At("deletionTimestamp") is not null && metadata.Texts("finalizers").Count == 0 && type != ResourceCatalog.Namespaces)
        {
            return Store.Remove(type, ns, name)!;
        }

        return Store.Put(type, obj);
    });

    /// <summary>Reads, changes and writes with no other writer between.</summary>
    public JsonObject Modify(ResourceType type, string? ns, string name, Action<JsonObject> change, WriteOptions options) => Store.Atomically(() =>
    {
        var obj = Get(type, ns, name);
        change(obj);
        return Replace(type, ns, name, obj, options);
    });

    /// <summary>Deletes; an object with finalizers is only marked. Returns the object and whether it is gone.</summary>
    public (JsonObject Object, bool Gone) Delete(ResourceType type, string? ns, string name, DeleteOptions options) => Store.Atomically(() =>
    {
        var obj = Get(type, ns, name);
        if (options.Uid is { Length: > 0 } uid && uid != obj.Uid())
        {
            throw StatusException.Conflict(type, name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {obj.Uid()}");
        }

        if (options.ResourceVersion is { Length: > 0 } version && version != obj.Text("metadata", "resourceVersion"))
        {
            throw StatusException.Conflict(type, name, $"Precondition failed: ResourceVersion in precondition: {version}, ResourceVersion in object meta: {obj.Text("metadata", "resourceVersion")}");
        }

        if (type == ResourceCatalog.Namespaces && name is "default" or "kube-system" or "kube-public" && type == ResourceCatalog.Namespaces)
        {
            throw StatusException.Forbidden($"namespaces \"{name}\" is forbidden: this namespace may not be deleted", StatusException.About(type, name));
        }

        if (options.DryRun)
        {
            return (obj, true);
        }

        if (type == ResourceCatalog.Namespaces || options.PropagationPolicy == "Orphan" || obj.Texts("metadata", "finalizers").Count > 0)
        {
            return Mark(type, obj, options);
        }

        return (Store.Remove(type, ns, name)!, true);
    });

    private (JsonObject Object, bool Gone) Mark(ResourceType type, JsonObject obj, DeleteOptions options)
    {
        if (options.PropagationPolicy == "Orphan")
        {
            Orphan(obj);
            if (obj.Texts("metadata", "finalizers").Count == 0 && type != ResourceCatalog.Namespaces)
            {
                return (Store.Remove(type, obj.Namespace(), obj.Name())!, true);
            }
        }

        if (obj.At("metadata", "deletionTimestamp") is not null)
        {
            return (obj, false);
        }

        obj.Ensure("metadata")["deletionTimestamp"] = Store.Timestamp;
        obj.Ensure("metadata")["deletionGracePeriodSeconds"] = 0;
        if (type == ResourceCatalog.Namespaces)
        {
            obj.Ensure("status")["phase"] = "Terminating";
        }

        return (Store.Put(type, obj), false);
    }

    private void Orphan(JsonObject owner)
    {
        foreach (var type in Types.All)
        {
            foreach (var dependent in Store.List(type, owner.Namespace()).Items)
            {
                if (dependent.At("metadata", "ownerReferences") is JsonArray owners && owners.RemoveAll(o => o.Text("uid") == owner.Uid()) > 0)
                {
                    Store.Put(type, dependent);
                }
            }
        }
    }

    /// <summary>A name with a random ending, as the controllers of Kubernetes make them.</summary>
    public static string RandomName(string prefix) => prefix[..Math.Min(prefix.Length, MaxPrefix)] + RandomNumberGenerator.GetString(SuffixAlphabet, 5);
}
