using System.Collections;
using Amazon;

namespace EksTools.Aws.Protocols;

/// <summary>When a collection counts as set.</summary>
internal static class Collections
{
    /// <summary>
    /// An empty collection is a value of its own, unless the SDK was told to make collections up
    /// (<see cref="AWSConfigs.InitializeCollections"/>): then nobody can tell an empty one from one that was not touched.
    /// </summary>
    public static bool IsSet(ICollection? values) => values is not null && (values.Count > 0 || !AWSConfigs.InitializeCollections);
}
