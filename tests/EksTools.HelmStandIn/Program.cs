using System.Globalization;
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
    // In the words of helm's client library.
    await Console.Error.WriteLineAsync(error.HttpRequestError == HttpRequestError.ConnectionError ? "Error: Kubernetes cluster unreachable: dial tcp: connect: connection refused" : "Error: Kubernetes cluster unreachable: Get \"https://stand-in\": EOF");
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

    IReadOnlyList<Release> history = await Release.ListAsync(cluster, line.Arguments[0]);
    if (line["output"] != "json")
    {
        throw new HelmError("the stand-in writes JSON alone");
    }

    if (history.Count == 0)
    {
        throw new HelmError("release: not found");
    }

    Release release = line["revision"] is { } number ? history.FirstOrDefault(one => one.Revision == int.Parse(number, CultureInfo.InvariantCulture)) ?? throw new HelmError("release: not found") : history[^1];
    Console.Out.Write(line.Command == "history"
        ? new JsonArray([.. history.Select(static one => new JsonObject { ["revision"] = one.Revision, ["updated"] = one.Updated, ["status"] = one.Status, ["description"] = "stand-in" })]).ToJsonString()
        : release.Config.Count == 0 ? "null" : release.Config.ToJsonString());
}
