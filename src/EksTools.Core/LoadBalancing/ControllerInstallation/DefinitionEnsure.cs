using System.Net;
using System.Text.Json.Nodes;
using EksTools.Core.Kubernetes;
using EksTools.Plans;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace EksTools.Core.LoadBalancing.ControllerInstallation;

/// <summary>Makes CustomResourceDefinitions, or brings them to another version. helm does neither once they are there.</summary>
internal sealed class DefinitionEnsure(ClusterApi api)
{
    private const string FieldManager = "ekstools";

    public async Task<StepOutcome> EnsureAsync(IReadOnlyList<JsonObject> definitions, CancellationToken cancellationToken)
    {
        (bool created, bool updated) = (false, false);
        foreach (JsonObject definition in definitions)
        {
            string name = definition["metadata"]!["name"]!.GetValue<string>();
            string? before = await VersionAsync(name, cancellationToken);
            V1Patch patch = new(definition.ToJsonString(), V1Patch.PatchType.ApplyPatch);

            // By force: helm, kubectl or a former version set the same fields, and the chart's word counts.
            V1CustomResourceDefinition after = await api.CallAsync((client, token) => client.ApiextensionsV1.PatchCustomResourceDefinitionAsync(patch, name, fieldManager: FieldManager, force: true, cancellationToken: token), cancellationToken);
            created |= before is null;
            updated |= before is not null && before != after.Metadata.ResourceVersion;
        }

        return created ? StepOutcome.Created : updated ? StepOutcome.Updated : StepOutcome.Found;
    }

    private async Task<string?> VersionAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await api.CallAsync((client, token) => client.ApiextensionsV1.ReadCustomResourceDefinitionAsync(name, cancellationToken: token), cancellationToken)).Metadata.ResourceVersion;
        }
        catch (HttpOperationException exception) when (exception.Response?.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}
