using EksTools.Connections;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Errors;

namespace EksTools.Core.Access;

/// <summary>Asks EKS whether clusters exist that a kubeconfig names.</summary>
internal static class ClusterExistence
{
    /// <summary>Whether each cluster exists.</summary>
    /// <param name="connection">The account to ask.</param>
    /// <param name="region">The region of all the clusters.</param>
    /// <param name="clusters">The clusters.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>For each cluster true or false, or why it could not be found out.</returns>
    public static async Task<IReadOnlyDictionary<ClusterArn, Existence>> AskAsync(AwsConnection connection, string region, IReadOnlyList<ClusterArn> clusters, CancellationToken cancellationToken)
    {
        Dictionary<ClusterArn, Existence> answers = [];
        try
        {
            using AwsAccount account = await AwsAccount.OpenAsync(connection.InRegion(region), cancellationToken);

            // "No such cluster" from another account would say nothing about this one.
            string caller = await account.RunAsync(async () => (await account.Session.GetCallerIdentityAsync(cancellationToken)).Account);
            foreach (ClusterArn cluster in clusters)
            {
                answers[cluster] = cluster.Account == caller
                    ? await AskAsync(account, cluster.Name, cancellationToken)
                    : new Existence(null, $"it is of account {cluster.Account}, and these credentials are of {caller}.");
            }
        }
        catch (EksToolsException exception)
        {
            foreach (ClusterArn cluster in clusters)
            {
                answers.TryAdd(cluster, new Existence(null, exception.Message));
            }
        }

        return answers;
    }

    private static async Task<Existence> AskAsync(AwsAccount account, string name, CancellationToken cancellationToken)
    {
        try
        {
            return new Existence(await account.RunAsync(async () => await ClusterReader.FindAsync(account, name, cancellationToken)) is not null, null);
        }
        catch (EksToolsException exception)
        {
            return new Existence(null, exception.Message);
        }
    }
}

/// <summary>Whether a cluster exists.</summary>
/// <param name="Exists">Null when it could not be found out.</param>
/// <param name="Reason">Why it could not, as a sentence.</param>
internal sealed record Existence(bool? Exists, string? Reason);
