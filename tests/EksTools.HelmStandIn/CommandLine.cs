namespace EksTools.HelmStandIn;

/// <summary>A command with its arguments and flags; what helm 3 does not know is refused in its words. https://helm.sh/docs/helm/</summary>
internal sealed class CommandLine
{
    // Of each command the flags that take a value, and those that do not, as 'helm COMMAND --help' lists them (v3.16).
    private static readonly string[] GlobalValues = ["kubeconfig", "kube-context", "kube-token", "kube-apiserver", "kube-as-user", "kube-as-group", "kube-ca-file", "kube-tls-server-name", "namespace", "registry-config", "repository-cache", "repository-config", "burst-limit", "qps"];
    private static readonly string[] GlobalSwitches = ["debug", "help", "kube-insecure-skip-tls-verify"];
    private static readonly string[] ChartValues = ["version", "repo", "ca-file", "cert-file", "key-file", "keyring", "username", "password"];
    private static readonly string[] ChartSwitches = ["devel", "insecure-skip-tls-verify", "pass-credentials", "plain-http", "verify"];

    private static readonly Dictionary<string, (string[] Values, string[] Switches, int Arguments)> Commands = new(StringComparer.Ordinal)
    {
        ["version"] = (["template"], ["short"], 0),
        ["show chart"] = (ChartValues, ChartSwitches, 1),
        ["show crds"] = (ChartValues, ChartSwitches, 1),
        ["history"] = (["output", "max"], [], 1),
        ["get values"] = (["output", "revision"], ["all"], 1),
        ["upgrade"] = ([.. ChartValues, "values", "set", "set-string", "set-json", "set-file", "set-literal", "timeout", "history-max", "description", "labels", "output", "post-renderer", "post-renderer-args"], [.. ChartSwitches, "install", "atomic", "cleanup-on-fail", "create-namespace", "dependency-update", "disable-openapi-validation", "dry-run", "enable-dns", "force", "hide-notes", "hide-secret", "no-hooks", "render-subchart-notes", "reset-values", "reuse-values", "reset-then-reuse-values", "skip-crds", "skip-schema-validation", "take-ownership", "wait", "wait-for-jobs"], 2),
    };

    private readonly Dictionary<string, string> flags = new(StringComparer.Ordinal);

    private CommandLine(string command) => Command = command;

    public string Command { get; }

    public List<string> Arguments { get; } = [];

    public string? this[string flag] => flags.GetValueOrDefault(flag);

    public static CommandLine Parse(string[] words)
    {
        string command = words switch
        {
            ["show" or "get", var second, ..] => $"{words[0]} {second}",
            [var first, ..] => first,
            _ => throw new HelmError("no command"),
        };
        if (!Commands.TryGetValue(command, out (string[] Values, string[] Switches, int Arguments) known))
        {
            throw new HelmError($"unknown command \"{command}\" for \"helm\"");
        }

        CommandLine line = new(command);
        for (int i = command.Split(' ').Length; i < words.Length; i++)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal))
            {
                line.Arguments.Add(words[i]);
                continue;
            }

            string[] parts = words[i][2..].Split('=', 2);
            bool takes = known.Values.Contains(parts[0]) || GlobalValues.Contains(parts[0]);
            if (!takes && !known.Switches.Contains(parts[0]) && !GlobalSwitches.Contains(parts[0]))
            {
                throw new HelmError($"unknown flag: --{parts[0]}");
            }

            line.flags[parts[0]] = !takes || parts.Length == 2 ? parts[^1] : ++i < words.Length ? words[i] : throw new HelmError($"flag needs an argument: --{parts[0]}");
        }

        return line.Arguments.Count == known.Arguments ? line : throw new HelmError($"\"helm {command}\" requires {known.Arguments} argument{(known.Arguments == 1 ? string.Empty : "s")}");
    }
}

/// <summary>What helm writes after "Error: ".</summary>
internal sealed class HelmError(string message) : Exception(message);
