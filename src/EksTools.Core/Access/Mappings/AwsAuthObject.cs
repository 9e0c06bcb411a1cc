namespace EksTools.Core.Access.Mappings;

/// <summary>The ConfigMap aws-auth as the API server holds it.</summary>
/// <param name="ResourceVersion">The version that a write must still find.</param>
/// <param name="Data">Its data, text by key.</param>
/// <param name="Annotations">Its annotations, of whomever.</param>
internal sealed record AwsAuthObject(string ResourceVersion, IReadOnlyDictionary<string, string> Data, IReadOnlyDictionary<string, string> Annotations)
{
    /// <summary>The namespace that the ConfigMap stands in.</summary>
    public const string Namespace = "kube-system";

    /// <summary>The ConfigMap's name.</summary>
    public const string Name = "aws-auth";
}

/// <summary>What a write changes of aws-auth; everything else of the object stays as it is.</summary>
/// <param name="Data">The whole data as it is to be.</param>
/// <param name="Annotations">The annotations to set.</param>
internal sealed record AwsAuthWrite(IReadOnlyDictionary<string, string> Data, IReadOnlyDictionary<string, string> Annotations);

/// <summary>Where aws-auth is kept.</summary>
internal interface IAwsAuthStore
{
    /// <summary>The ConfigMap, or null when there is none.</summary>
    Task<AwsAuthObject?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Writes the ConfigMap in the place of the one that was read; null creates it.</summary>
    /// <returns>False when somebody else has written, created or removed it meanwhile: then nothing was written.</returns>
    Task<bool> WriteAsync(AwsAuthObject? former, AwsAuthWrite write, CancellationToken cancellationToken);
}
