using System.Text.Json.Nodes;
using EksTools.HelmStandIn;

try
{
    CommandLine line = CommandLine.Parse(args);

    // What was asked, for the test to read: it must hold nothing secret.
    if (Environment.GetEnvironmentVariable("HELM_STAND_IN_LOG") is { Length: > 0 } log)
    {
        File.AppendAllText(log, string.Join(' ', args) + "\n");
    }

    switch (line.Command)
    {
        case "version":
            Console.Out.Write(Environment.GetEnvironmentVariable("HELM_STAND_IN_VERSION") ?? "v3.16.2+g13654a5");
            break;
        case "show chart":
            Console.Out.Write(new Chart(line, line.Arguments[0]).Describe());
            break;
        case "show crds":
            Console.Out.Write(new Chart(line, line.Arguments[0]).Definitions());
            break;
        default:
            using (Cluster cluster = new(line))
            {
                await RunAsync(cluster, line);
            }

            break;
    }

    return 0;
}
catch (HelmError error)
{
    await Console.Error.WriteLineAsync($"Error: {error.Message}");
    return 1;
}
catch (HttpRequestException error)
{
    await Console.Error.WriteLineAsync($"Error: Kubernetes cluster unreachable: {error.Message}");
    return 1;
}

static async Task RunAsync(Cluster cluster, CommandLine line)
{
    if (line.Command == "upgrade")
    {
        await Release.UpgradeAsync(cluster, line);
        Console.Out.WriteLine($"Release \"{line.Arguments[0]}\" has been upgraded. Happy Helming!");
        return;
    }

    Release release = await Release.FindAsync(cluster, line.Arguments[0]) ?? throw new HelmError("release: not found");
    if (line["output"] != "json")
    {
        throw new HelmError("the stand-in writes JSON alone");
    }

    Console.Out.Write(line.Command == "status"
        ? new JsonObject { ["name"] = line.Arguments[0], ["info"] = new JsonObject { ["status"] = release.Status }, ["namespace"] = cluster.Namespace }.ToJsonString()
        : release.Config.Count == 0 ? "null" : release.Config.ToJsonString());
}
