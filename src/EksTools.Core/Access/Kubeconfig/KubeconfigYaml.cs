using EksTools.Core.Yaml;

namespace EksTools.Core.Access.Kubeconfig;

/// <summary>An entry's parts as the YAML that a kubeconfig holds.</summary>
internal static class KubeconfigYaml
{
    /// <summary>
    /// What would contradict certificate-authority-data: client-go refuses a CA together with insecure-skip-tls-verify.
    /// </summary>
    public static IReadOnlyCollection<string> ReplacedClusterKeys { get; } = ["certificate-authority", "insecure-skip-tls-verify"];

    /// <summary>Other ways to sign in, which client-go would prefer to the exec plugin or refuse beside it.</summary>
    public static IReadOnlyCollection<string> ReplacedUserKeys { get; } =
    [
        "auth-provider", "client-certificate", "client-certificate-data", "client-key", "client-key-data", "password", "token", "tokenFile", "username",
    ];

    public static YamlMap ToClusterYaml(this KubeconfigEntry entry) => YamlMap.Of(
        ("certificate-authority-data", entry.CertificateAuthorityData),
        ("proxy-url", entry.ProxyUrl is null ? null : new YamlText(entry.ProxyUrl)),
        ("server", entry.Server));

    public static YamlMap ToContextYaml(this KubeconfigEntry entry) => YamlMap.Of(
        ("cluster", entry.ClusterName),
        ("namespace", entry.Namespace is null ? null : new YamlText(entry.Namespace)),
        ("user", entry.UserName));

    public static YamlMap ToUserYaml(this ExecUser exec) => YamlMap.Of(("exec", YamlMap.Of(
        ("apiVersion", exec.ApiVersion),
        ("args", new YamlList([.. exec.Args.Select(arg => (YamlValue)arg)])),
        ("command", exec.Command),
        ("env", exec.Env.Count == 0 ? null : new YamlList([.. exec.Env.Select(variable => YamlMap.Of(("name", variable.Name), ("value", variable.Value)))])),
        ("installHint", exec.InstallHint is null ? null : new YamlText(exec.InstallHint)),
        ("interactiveMode", exec.InteractiveMode),
        ("provideClusterInfo", new YamlText(exec.ProvideClusterInfo ? "true" : "false", IsLiteral: true)))));

    /// <summary>Whether the pair is one of the keys and says something.</summary>
    public static bool IsSet(TextPair pair, IReadOnlyCollection<string> keys) =>
        pair.Key is TextScalar key && keys.Contains(key.Value)
        && pair.Value is not TextScalar { Value: "" or "false" or "null" or "~" };
}
