using System.Collections;
using EksTools.Connections;
using EksTools.Hosting;

namespace EksTools.Completion;

/// <summary>Completes the names of the access policies that EKS offers.</summary>
public sealed class AccessPolicyCompleter : LookupCompleter
{
    internal override Task<IReadOnlyList<string>> ListAsync(AwsConnection connection, IDictionary parameters, CancellationToken cancellationToken) =>
        Engine.Current.Mappings.ListAccessPolicyNamesAsync(connection, cancellationToken);
}
