using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Controllers;

/// <summary>Establishes CustomResourceDefinitions and removes the objects of those that are gone.</summary>
internal sealed class CustomResourceController(ObjectApi api)
{
    public void Run()
    {
        foreach (var definition in api.Store.List(ResourceCatalog.CustomResourceDefinitions).Items)
        {
            api.SetStatus(ResourceCatalog.CustomResourceDefinitions, definition, new()
            {
                ["acceptedNames"] = definition.At("spec", "names")?.DeepClone(),
                ["storedVersions"] = definition.Objects("spec", "versions").Where(v => v.Flag("storage")).Select(v => v.Text("name") ?? "").ToJson(),
                ["conditions"] = new JsonArray(
                    ControllerActions.Condition("NamesAccepted", true, "NoConflicts", api.Store.Timestamp, "no conflicts found", definition),
                    ControllerActions.Condition("Established", true, "InitialNamesAccepted", api.Store.Timestamp, "the initial names have been accepted", definition)),
            });
        }

        foreach (var type in api.Types.Withdrawn())
        {
            foreach (var obj in api.Store.List(type).Items)
            {
                api.Store.Remove(type, obj.Namespace(), obj.Name());
            }
        }
    }
}
