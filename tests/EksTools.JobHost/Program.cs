using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using EksTools.Access;
using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Core;
using EksTools.Plans;
using EksTools.Testing;

// Says "ready", reads one line (create|set|remove, cluster, region, endpoint, access key, secret key, kubeconfig, module folder, request in JSON, separated by tabs), does
// that job, and says "done" or what went wrong.
new PacedClock(PacedClock.TestPace).Use();
IClusterService clusters = new EksEngine().Clusters;
Console.WriteLine("ready");
if (Console.ReadLine()?.Split('\t') is not [var job, var cluster, var region, var endpoint, var accessKey, var secretKey, var kubeconfig, var module, var json])
{
    return 64;
}

AwsConnection connection = new() { AccessKey = accessKey, SecretKey = secretKey, Region = region, EndpointUrl = new Uri(endpoint) };
Silence silence = new();
try
{
    await (job switch
    {
        "create" => (Task)clusters.CreateAsync(connection, Read<NewClusterRequest>() with { Kubeconfig = new KubeconfigRequest { Path = kubeconfig, ModulePath = module, SetCurrentContext = true } }, silence, CancellationToken.None),
        "set" => clusters.SetAsync(connection, Read<SetClusterRequest>(), silence, CancellationToken.None),
        _ => clusters.RemoveAsync(connection, Read<RemoveClusterRequest>() with { KubeconfigPath = kubeconfig }, silence, CancellationToken.None),
    });
    Console.WriteLine("done");
    return 0;
}
catch (Exception exception)
{
    Console.WriteLine(exception.Message);
    return 1;
}

T Read<T>()
{
    JsonObject request = JsonNode.Parse(json)!.AsObject();
    request["Name"] = cluster;
    return request.Deserialize<T>(new JsonSerializerOptions { Converters = { new JsonStringEnumConverter() } })!;
}

/// <summary>Nobody listens.</summary>
internal sealed class Silence : IJobObserver
{
    public void Progress(JobProgress progress)
    {
    }

    public void Verbose(string message)
    {
    }

    public void Warn(string message)
    {
    }
}
