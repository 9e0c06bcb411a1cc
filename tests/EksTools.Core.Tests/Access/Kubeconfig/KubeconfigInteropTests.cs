using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using CsCheck;
using EksTools.Core.Access.Kubeconfig;

namespace EksTools.Core.Tests.Access.Kubeconfig;

/// <summary>kubectl and the AWS CLI read what we write, and we read what they wrote.</summary>
public sealed class KubeconfigInteropTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    public static TheoryData<string, string> Styles => new()
    {
        { "absent", "" },
        { "comments only", "# mine\r\n" },
        { "no kind", "current-context: ''\n" },
        { "indented, CRLF, BOM, no final newline", "\uFEFFapiVersion: v1\r\nkind: Config\r\nclusters:\r\n    -   name: old # x\r\n        cluster:\r\n            server: https://old\r\nusers:\r\n    -   name: old\r\n        user: {token: t}\r\ncontexts: # none" },
        { "compact JSON", """{"kind":"Config","apiVersion":"v1","clusters":[{"name":"old","cluster":{"server":"https://old"}}],"users":[],"contexts":null}""" },
        { "spread JSON with tabs", "{\n\t\"kind\": \"Config\",\n\t\"apiVersion\": \"v1\",\n\t\"clusters\": [\n\t\t{\n\t\t\t\"name\": \"old\",\n\t\t\t\"cluster\": {\n\t\t\t\t\"server\": \"https://old\"\n\t\t\t}\n\t\t}\n\t]\n}\n" },
        { "flow lists in block", "apiVersion: v1\nkind: Config\nclusters: [{name: old, cluster: {server: 'https://old'}}]\nusers: []\ncontexts: []\n" },
    };

    [Theory]
    [MemberData(nameof(Styles))]
    public async Task Kubectl_reads_what_we_write(string style, string text)
    {
        Require("kubectl");
        string path = _directory["config"];
        await File.WriteAllTextAsync(path, text, new UTF8Encoding(false), Cancellation);
        KubeconfigEntry entry = KubeconfigEntries.Demo with { Namespace = "team", ProxyUrl = "http://proxy:3128" };
        await KubeconfigFile.UpdateAsync(path, before => KubeconfigDocument.Parse(before!, path).Upsert(entry), Cancellation);
        using JsonDocument config = JsonDocument.Parse(await RunAsync("kubectl", ["config", "view", "--raw", "-o", "json", "--kubeconfig", path]));
        JsonElement root = config.RootElement;
        Assert.Equal("demo", root.GetProperty("current-context").GetString());
        JsonElement cluster = Named(root, "clusters", entry.ClusterName).GetProperty("cluster");
        Assert.Equal(entry.Server, cluster.GetProperty("server").GetString());
        Assert.Equal(entry.CertificateAuthorityData, cluster.GetProperty("certificate-authority-data").GetString());
        Assert.Equal("http://proxy:3128", cluster.GetProperty("proxy-url").GetString());
        JsonElement context = Named(root, "contexts", "demo").GetProperty("context");
        Assert.Equal((entry.ClusterName, entry.UserName, "team"), (context.GetProperty("cluster").GetString(), context.GetProperty("user").GetString(), context.GetProperty("namespace").GetString()));
        JsonElement exec = Named(root, "users", entry.UserName).GetProperty("user").GetProperty("exec");
        Assert.Equal("Never", exec.GetProperty("interactiveMode").GetString());
        Assert.False(exec.GetProperty("provideClusterInfo").GetBoolean());
        Assert.Equal(entry.Exec.ApiVersion, exec.GetProperty("apiVersion").GetString());
        Assert.Equal(entry.Exec.Args, exec.GetProperty("args").EnumerateArray().Select(arg => arg.GetString()));
        Assert.Equal("my team", exec.GetProperty("env")[0].GetProperty("value").GetString());
        Assert.Equal(entry.Exec.InstallHint, exec.GetProperty("installHint").GetString());
        if (text.Contains("old", StringComparison.Ordinal))
            Assert.Equal("https://old", Named(root, "clusters", "old").GetProperty("cluster").GetProperty("server").GetString());
        Assert.NotEmpty(style);
    }

    [Fact]
    public void Kubectl_sees_our_entries_and_no_other_change_in_a_file_of_any_style()
    {
        Require("kubectl");
        string path = _directory["config"];
        KubeconfigStyles.Text.Sample(
            text =>
            {
                SortedDictionary<string, string> before = EntriesSeenByKubectl(text), after = EntriesSeenByKubectl(KubeconfigDocument.Parse(text, path).Upsert(KubeconfigEntries.Demo));
                foreach (string added in new[] { "clusters/" + KubeconfigEntries.DemoArn, "contexts/demo", "users/" + KubeconfigEntries.DemoArn })
                    Assert.True(after.Remove(added), added);
                Assert.Equal(before, after);
            },
            iter: 12, threads: 1);

        SortedDictionary<string, string> EntriesSeenByKubectl(string text)
        {
            File.WriteAllText(path, text, new UTF8Encoding(false));
            using JsonDocument config = JsonDocument.Parse(RunAsync("kubectl", ["config", "view", "--raw", "-o", "json", "--kubeconfig", path]).GetAwaiter().GetResult());
            SortedDictionary<string, string> entries = new(StringComparer.Ordinal);
            foreach (string list in new[] { "clusters", "contexts", "users" })
            {
                if (config.RootElement.GetProperty(list) is { ValueKind: JsonValueKind.Array } items)
                {
                    foreach (JsonElement item in items.EnumerateArray())
                        entries.Add($"{list}/{item.GetProperty("name").GetString()}", item.GetRawText());
                }
            }
            return entries;
        }
    }

    [Fact]
    public async Task A_file_that_kubectl_wrote_keeps_its_bytes_around_ours()
    {
        Require("kubectl");
        string path = _directory["config"];
        await RunAsync("kubectl", ["config", "set-cluster", "kind-a", "--server=https://127.0.0.1:6443", "--insecure-skip-tls-verify=true", "--kubeconfig", path]);
        await RunAsync("kubectl", ["config", "set-credentials", "me", "--token=t", "--kubeconfig", path]);
        await RunAsync("kubectl", ["config", "set-context", "here", "--cluster=kind-a", "--user=me", "--namespace=n", "--kubeconfig", path]);
        await RunAsync("kubectl", ["config", "use-context", "here", "--kubeconfig", path]);
        string before = await File.ReadAllTextAsync(path, Cancellation);
        string added = KubeconfigDocument.Parse(before, path).Upsert(KubeconfigEntries.Demo with { SetCurrentContext = false });
        Assert.Equal(before, KubeconfigDocument.Parse(added, path).Remove(new KubeconfigRemoval { ClusterName = KubeconfigEntries.DemoArn }));
        await File.WriteAllTextAsync(path, added, Cancellation);
        // kubectl edits it on, and we find both.
        await RunAsync("kubectl", ["config", "set-context", "there", "--cluster=" + KubeconfigEntries.DemoArn, "--user=me", "--kubeconfig", path]);
        KubeconfigDocument document = KubeconfigDocument.Parse(await File.ReadAllTextAsync(path, Cancellation), path);
        Assert.Equal(["demo", "here", "there"], document.Contexts.Select(context => context.Name).Order());
        Assert.Equal("here", document.CurrentContext);
    }

    [Fact]
    public async Task Kubectl_waits_for_nobody_while_we_hold_its_lock()
    {
        Require("kubectl");
        string path = _directory["config"];
        await File.WriteAllTextAsync(path, "kind: Config\n", Cancellation);
        await using (await KubeconfigLock.AcquireAsync(path, TimeSpan.FromSeconds(1), TimeProvider.System, Cancellation))
        {
            InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
                RunAsync("kubectl", ["config", "set-cluster", "x", "--server=https://x", "--kubeconfig", path]));
            Assert.Contains("config.lock", failure.Message, StringComparison.Ordinal);
        }
        await RunAsync("kubectl", ["config", "set-cluster", "x", "--server=https://x", "--kubeconfig", path]);
    }

    [Fact]
    public async Task The_AWS_CLIs_entry_is_brought_up_to_date_in_place()
    {
        Require("aws");
        string path = _directory["config"];
        using DescribeClusterServer server = new();
        await UpdateWithAwsCliAsync(path, server.Url);
        string text = await File.ReadAllTextAsync(path, Cancellation);
        KubeconfigEntry entry = KubeconfigEntries.Demo with { Server = "https://cli.example", CertificateAuthorityData = "Q0xJ" };
        string edited = KubeconfigDocument.Parse(text, path).Upsert(entry);
        KubeconfigDocument document = KubeconfigDocument.Parse(edited, path);
        Assert.Equal(new KubeconfigCluster(KubeconfigEntries.DemoArn, "https://cli.example"), Assert.Single(document.Clusters));
        Assert.Equal(["ctx", "demo"], document.Contexts.Select(context => context.Name));
        // What is there already is not touched: of the CLI's lines only the exec version and the current context differ.
        Assert.Equal(
            ["  apiVersion: client.authentication.k8s.io/v1beta1", "current-context: ctx"],
            text.Split('\n').Except(edited.Split('\n')).Select(line => line.StartsWith(' ') ? "  " + line.Trim() : line).Order());
        await File.WriteAllTextAsync(path, edited, Cancellation);
        await UpdateWithAwsCliAsync(path, server.Url);
        Assert.Equal("ctx", KubeconfigDocument.Parse(await File.ReadAllTextAsync(path, Cancellation), path).CurrentContext);
    }

    [Fact]
    public async Task Nothing_that_kubectl_writes_meanwhile_is_lost()
    {
        // kubectl itself reads before it takes the lock, and deletes what it did not see then: only its own contexts can be counted on.
        Require("kubectl");
        string path = _directory["config"];
        await KubeconfigFile.UpdateAsync(path, _ => KubeconfigDocument.Create(KubeconfigEntries.Demo), Cancellation);
        using CancellationTokenSource rivalDone = new();
        Task ours = Task.WhenAll(Enumerable.Range(0, 10).Select(writer => Task.Run(
            async () =>
            {
                for (int i = 0; i < 5 || !rivalDone.IsCancellationRequested; i++)
                {
                    KubeconfigEntry entry = KubeconfigEntries.Demo with { ContextName = $"ours{(writer * 5) + (i % 5):00}", UserName = $"ours{(writer * 5) + (i % 5):00}" };
                    await KubeconfigFile.UpdateAsync(path, text => KubeconfigDocument.Parse(text!, path).Upsert(entry), TimeSpan.FromSeconds(60), TimeProvider.System, Cancellation);
                    await Task.Delay(200, Cancellation); // kubectl does not queue for the lock: it must find it free.
                }
            },
            Cancellation)));
        for (int i = 0; i < 4; i++)
        {
            for (int attempt = 0; !await TrySetContextAsync($"theirs{i}"); attempt++)
                Assert.True(attempt < 100, "kubectl never got the lock");
        }
        await rivalDone.CancelAsync();
        await ours;
        // Once more each, now that no kubectl takes them away.
        for (int i = 0; i < 50; i++)
            await KubeconfigFile.UpdateAsync(path, text => KubeconfigDocument.Parse(text!, path).Upsert(KubeconfigEntries.Demo with { ContextName = $"ours{i:00}", UserName = $"ours{i:00}" }), Cancellation);
        string[] contexts = (await RunAsync("kubectl", ["config", "get-contexts", "-o", "name", "--kubeconfig", path])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([.. Enumerable.Range(0, 50).Select(i => $"ours{i:00}"), .. Enumerable.Range(0, 4).Select(i => $"theirs{i}")], contexts.Where(name => name != "demo").ToHashSet());

        async Task<bool> TrySetContextAsync(string name)
        {
            try
            {
                await RunAsync("kubectl", ["config", "set-context", name, "--cluster", "theirs", "--kubeconfig", path]);
                return true;
            }
            catch (InvalidOperationException exception) when (exception.Message.Contains("file exists", StringComparison.Ordinal))
            {
                return false; // kubectl does not wait for the lock.
            }
        }
    }

    private static Task<string> UpdateWithAwsCliAsync(string path, string url) => RunAsync(
        "aws", ["eks", "update-kubeconfig", "--name", "demo", "--region", "us-west-2", "--alias", "ctx", "--kubeconfig", path, "--endpoint-url", url]);

    private static JsonElement Named(JsonElement root, string list, string name) =>
        root.GetProperty(list).EnumerateArray().Single(item => item.GetProperty("name").GetString() == name);

    private static void Require(string tool)
    {
        string[] directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (directories.Any(directory => File.Exists(Path.Combine(directory, tool)) || File.Exists(Path.Combine(directory, tool + ".exe"))))
            return;
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"{tool} is not on PATH");
        Assert.Skip($"{tool} is not on PATH");
    }

    private static async Task<string> RunAsync(string command, string[] arguments)
    {
        ProcessStartInfo start = new(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in new[] { ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret"), ("AWS_EC2_METADATA_DISABLED", "true"), ("AWS_CONFIG_FILE", "/nonexistent"), ("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent") })
            start.Environment[name] = value;
        foreach (string name in new[] { "KUBECONFIG", "AWS_PROFILE", "AWS_ENDPOINT_URL", "HTTP_PROXY", "http_proxy" })
            start.Environment.Remove(name);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(Cancellation);
        string output = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{command} {process.ExitCode}: {await errors}");
    }

    /// <summary>Answers every request with one cluster, as EKS describes it.</summary>
    private sealed class DescribeClusterServer : IDisposable
    {
        private readonly HttpListener _listener = new();

        public DescribeClusterServer()
        {
            using TcpListener probe = new(IPAddress.Loopback, 0);
            probe.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
            probe.Stop();
            _listener.Prefixes.Add(Url);
            _listener.Start();
            _ = ServeAsync();
        }

        public string Url { get; }

        public void Dispose() => _listener.Close();

        private async Task ServeAsync()
        {
            byte[] body = Encoding.UTF8.GetBytes($$"""
                {"cluster": {"name": "demo", "arn": "{{KubeconfigEntries.DemoArn}}", "endpoint": "https://cli.example", "status": "ACTIVE", "certificateAuthority": {"data": "Q0xJ"} } }
                """);
            while (_listener.IsListening)
            {
                HttpListenerContext context;
                try
                {
                    context = await _listener.GetContextAsync();
                }
                catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
                {
                    return; // The test is over.
                }
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(body);
                context.Response.Close();
            }
        }
    }
}
