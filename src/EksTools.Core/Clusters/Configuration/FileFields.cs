namespace EksTools.Core.Clusters.Configuration;

/// <summary>The fields of one kind of the configuration: what becomes of each.</summary>
internal sealed class FileFields
{
    private readonly Dictionary<string, Action<FileValue>> fields = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => fields.Keys;

    public Action<FileValue>? Find(string name) => fields.GetValueOrDefault(name);

    /// <summary>A field that is read.</summary>
    public FileFields Take(string name, Action<FileValue> read)
    {
        fields.Add(name, read);
        return this;
    }

    /// <summary>A field that New-EksCluster does nothing for; null and an empty list or mapping say nothing.</summary>
    /// <param name="name">The field.</param>
    /// <param name="instead">What to do in its place, as a sentence.</param>
    public FileFields Refuse(string name, string instead) => Take(name, value =>
    {
        if (!value.IsNothing)
        {
            value.Problem("is not supported.", instead);
        }
    });

    /// <summary>A switch of which New-EksCluster knows one position alone.</summary>
    public FileFields Only(bool position, string name, string instead) => Take(name, value =>
    {
        if (value.Flag() == !position)
        {
            value.Problem($"{(position ? "false" : "true")} is not supported.", instead);
        }
    });

    /// <summary>Fields that mean nothing to a new cluster, to eksctl neither.</summary>
    public FileFields Pass(string name) => Take(name, static _ => { });
}
