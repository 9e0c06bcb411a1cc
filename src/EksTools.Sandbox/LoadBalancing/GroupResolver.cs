using EksTools.Sandbox.Ec2;

namespace EksTools.Sandbox.LoadBalancing;

/// <summary>Security groups that annotations name, by id or Name tag.</summary>
internal sealed class GroupResolver(ClusterView view)
{
    /// <exception cref="ReconcileFailure">One of them is missing.</exception>
    public IReadOnlyList<string> Resolve(IReadOnlyList<string> names)
    {
        var groups = view.Ec2.All<SecurityGroup>().Where(group => group.VpcId == view.Cluster.VpcId).ToList();
        List<string> ids = [.. names.Where(IsId)], tags = [.. names.Where(name => !IsId(name))];
        List<string> known = [.. ids.Where(id => groups.Exists(group => group.Id == id))], tagged = [.. tags.Where(name => groups.Exists(group => group.Tags.GetValueOrDefault("Name") == name))];
        List<string> problems =
        [
            .. known.Count == ids.Count ? Array.Empty<string>() : [$"requested ids [{string.Join(", ", ids)}] but found [{string.Join(", ", known)}]"],
            .. tagged.Count == tags.Count ? Array.Empty<string>() : [$"requested names [{string.Join(", ", tags)}] but found [{string.Join(", ", tagged)}]"],
        ];
        return problems.Count == 0 ? [.. names.Select(name => IsId(name) ? name : groups.First(group => group.Tags.GetValueOrDefault("Name") == name).Id)]
            : throw new ReconcileFailure($"couldn't find all security groups: {string.Join(", ", problems)}");
    }

    private static bool IsId(string name) => name.StartsWith("sg-", StringComparison.Ordinal);
}
