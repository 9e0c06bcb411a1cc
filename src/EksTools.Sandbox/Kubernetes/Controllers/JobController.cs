using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Controllers;

/// <summary>Runs the pods of jobs, which succeed as soon as a node has them: the sandbox runs no images.</summary>
internal sealed class JobController(ObjectApi api)
{
    public void Run()
    {
        foreach (var job in api.Store.List(ResourceCatalog.Jobs).Items.Where(o => o.At("metadata", "deletionTimestamp") is null))
        {
            var wanted = (int)(job.Number("spec", "completions") ?? 1);
            var pods = api.Owned(ResourceCatalog.Pods, job).ToList();
            for (var made = pods.Count; made < wanted; made++)
            {
                if (api.CreatePod(ResourceCatalog.Jobs, job, labels: new Dictionary<string, string> { ["job-name"] = job.Name(), ["batch.kubernetes.io/job-name"] = job.Name() }) is not { } pod)
                {
                    break;
                }

                pods.Add(pod);
            }

            var succeeded = pods.Count(p => p.Text("status", "phase") == "Succeeded");
            var status = new JsonObject { ["active"] = pods.Count - succeeded, ["succeeded"] = succeeded, ["startTime"] = job.Text("status", "startTime") ?? api.Store.Timestamp };
            if (succeeded >= wanted)
            {
                status["completionTime"] = job.Text("status", "completionTime") ?? api.Store.Timestamp;
                status["conditions"] = new JsonArray(ControllerActions.Condition("Complete", true, "CompletionsReached", api.Store.Timestamp, before: job));
            }

            api.SetStatus(ResourceCatalog.Jobs, job, status);
        }
    }
}
