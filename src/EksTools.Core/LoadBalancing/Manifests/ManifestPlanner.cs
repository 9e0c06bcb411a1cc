using EksTools.Core.LoadBalancing.Changes;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.Core.LoadBalancing.Live;
using EksTools.Errors;
using EksTools.LoadBalancing;

namespace EksTools.Core.LoadBalancing.Manifests;

/// <summary>Works out what an edit makes of manifests.</summary>
internal static class ManifestPlanner
{
    /// <summary>The files as they would be, with what could not be done.</summary>
    public static LoadBalancerAnnotationPlan Plan(IReadOnlyList<ManifestFile> files, LoadBalancerScope scope, LoadBalancerAnnotationEdit edit, ControllerFacts facts, CancellationToken cancellationToken)
    {
        List<LoadBalancerManifestChange> manifests = [];
        List<EksToolsException> failures = [];
        foreach (ManifestFile file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            failures.AddRange(file.Faults.Where(static fault => !fault.IsTemplate).Select(fault => new EksToolsException(
                EksErrorKind.File, "ManifestNotReadable", $"{file.Label}, line {fault.Line}, column {fault.Column}: {fault.Problem}. That part of the manifest was not changed.", file.Path, "Mend it, and run the command again.")));
            PlanFile(file, scope, edit, new EditPlanner(edit, facts, null), manifests, failures);
        }
        IEnumerable<LoadBalancedObject> all = files.SelectMany(static file => file.Objects).Select(static one => one.Object);
        foreach (string name in scope.Names.Where(name => name.AsSpan().IndexOfAny('*', '?') < 0 && !all.Any(one => one.Name == name && LiveObjects.Matches(scope, one))))
            failures.Add(LoadBalancingService.NotFound(scope, name, files is [var only] ? only.Label : "the manifests"));
        return new LoadBalancerAnnotationPlan { Manifests = manifests, Failures = failures };
    }

    private static void PlanFile(ManifestFile file, LoadBalancerScope scope, LoadBalancerAnnotationEdit edit, EditPlanner planner, List<LoadBalancerManifestChange> manifests, List<EksToolsException> failures)
    {
        ManifestFile current = file;
        List<EksLoadBalancerAnnotationChange> changes = [];
        for (int index = 0; index < file.Objects.Count; index++)
        {
            LoadBalancedObject subject = file.Objects[index].Object;
            if (!planner.IsMeant(scope, subject))
                continue;
            try
            {
                PlannedEdit planned = planner.Plan(subject);
                if (planned.Edits.Count > 0)
                {
                    // Read again, for places have moved; objects are as many and as they were.
                    string edited = ManifestEditor.Apply(current, current.Objects[index], planned.Edits);
                    current = ManifestReader.Read(file.Path, edited);
                }
                changes.Add(planned.Change);
            }
            catch (EksToolsException refusal)
            {
                failures.Add(refusal);
            }
        }
        if (changes.Count > 0)
            manifests.Add(new LoadBalancerManifestChange { Path = file.Path, Before = file.Text, After = current.Text, Difference = ManifestDifference.Show(file.Path, file.Text, current.Text), Objects = changes });
    }
}
