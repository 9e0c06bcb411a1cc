using System.Text.RegularExpressions;
using Amazon.EKS;
using Amazon.EKS.Model;

namespace EksTools.Core.Nodes;

/// <summary>A taint as kubectl writes it, <c>key=value:Effect</c> or <c>key:Effect</c>, and as EKS takes it.</summary>
internal static partial class NodeTaint
{
    /// <summary>What an unfit taint is to be written like.</summary>
    public const string Syntax = "key=value:Effect or key:Effect, where Effect is NoSchedule, PreferNoSchedule or NoExecute";

    private static readonly (string Kubernetes, TaintEffect Eks)[] Effects =
        [("NoSchedule", TaintEffect.NO_SCHEDULE), ("PreferNoSchedule", TaintEffect.PREFER_NO_SCHEDULE), ("NoExecute", TaintEffect.NO_EXECUTE)];

    /// <summary>Reads a taint; null when it is none.</summary>
    public static Taint? TryParse(string text)
    {
        Match match = Written().Match(text);
        TaintEffect? effect = Effects.FirstOrDefault(pair => pair.Kubernetes.Equals(match.Groups["effect"].Value, StringComparison.OrdinalIgnoreCase)).Eks;
        string key = match.Groups["key"].Value, value = match.Groups["value"].Value;
        return match.Success && effect is not null && NodeLabel.IsKey(key) && (value.Length == 0 || NodeLabel.IsValue(value))
            ? new Taint { Key = key, Value = value.Length == 0 ? null : value, Effect = effect }
            : null;
    }

    /// <summary>The taint as kubectl prints it: equal taints give equal texts.</summary>
    public static string Canonical(string text) => TryParse(text) is { } taint
        ? $"{taint.Key}{(taint.Value is null ? string.Empty : $"={taint.Value}")}:{Effects.First(pair => pair.Eks == taint.Effect).Kubernetes}"
        : text;

    [GeneratedRegex("^(?<key>[^=:]+)(=(?<value>[^:]*))?:(?<effect>[A-Za-z]+)$")]
    private static partial Regex Written();
}
