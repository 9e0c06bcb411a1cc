using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters.Configuration.Live;
using EksTools.Errors;

namespace EksTools.Core.Clusters.Configuration;

/// <inheritdoc/>
internal sealed class ClusterFileService : IClusterFileService
{
    /// <inheritdoc/>
    public ClusterFile Read(string path, bool forCreation) => ClusterFileReader.Read(ClusterFileStore.Read(path), path, forCreation);

    /// <inheritdoc/>
    public string? FieldOf(string parameter) => ClusterFileWording.FieldOf(parameter);

    /// <inheritdoc/>
    public EksToolsException InWordsOf(ClusterFile file, EksToolsException exception) => ClusterFileWording.Of(file, exception);

    /// <inheritdoc/>
    public async Task RequireNetworkAsync(AwsConnection connection, ClusterFile file, CancellationToken cancellationToken)
    {
        if (file.Network is not { } network)
        {
            return;
        }

        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        await account.RunAsync(async () =>
        {
            await ClusterFileNetworkCheck.RequireAsync(account, file, network, cancellationToken);
            return true;
        });
    }

    /// <inheritdoc/>
    public async Task<ClusterExport> ExportAsync(AwsConnection connection, string clusterName, CancellationToken cancellationToken)
    {
        LiveCluster live = await ReadAsync(connection, clusterName, cancellationToken);
        string text = ClusterFileWriter.Write(live);
        return new ClusterExport(text, [.. live.Notes.Select(static note => note.Sentence), .. Refusals(text)]);
    }

    /// <summary>Why New-EksCluster would refuse the text: clusters of other tools may be what it does not make.</summary>
    private static IEnumerable<string> Refusals(string text)
    {
        try
        {
            ClusterFileReader.Read(text, "the file");
            return [];
        }
        catch (EksToolsException exception) when (exception.ErrorId == "InvalidClusterFile")
        {
            return [$"New-EksCluster -Path would refuse the file, which Compare-EksCluster reads all the same: {exception.Message}"];
        }
    }

    /// <inheritdoc/>
    public void Write(string path, string text) => ClusterFileStore.Write(path, text);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EksClusterDifference>> CompareAsync(AwsConnection connection, ClusterFile file, ClusterComparisonOptions options, CancellationToken cancellationToken) =>
        ClusterComparison.Compare(file, await ReadAsync(connection, file.Request.Name, cancellationToken), options, connection.ProfileName);

    private static async Task<LiveCluster> ReadAsync(AwsConnection connection, string name, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(name);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () => LiveClusterMap.Map(await ClusterFactReader.ReadAsync(account, name, cancellationToken)));
    }
}
