using YamlDotNet.RepresentationModel;

namespace EksTools.Core.Tests.Access.Kubeconfig;

/// <summary>What a kubeconfig says, as YamlDotNet's representation model reads it: the judge that shares no code with the editor.</summary>
internal static class KubeconfigMeaning
{
    public static YamlMappingNode Root(string text)
    {
        YamlStream stream = [];
        stream.Load(new StringReader(text.TrimStart('\uFEFF')));
        return (YamlMappingNode)Assert.Single(stream.Documents).RootNode;
    }

    /// <summary>The entries of a list by name, each in one canonical line.</summary>
    public static SortedDictionary<string, string> Entries(string text, string list)
    {
        SortedDictionary<string, string> entries = new(StringComparer.Ordinal);
        if (Root(text).Children.TryGetValue(list, out YamlNode? node) && node is YamlSequenceNode sequence)
        {
            foreach (YamlNode item in sequence)
                entries.Add(((YamlScalarNode)item["name"]).Value!, Canonical(item));
        }
        return entries;
    }

    /// <summary>Every top-level key but the three lists and current-context.</summary>
    public static SortedDictionary<string, string> Rest(string text) => new(
        Root(text).Children.Where(pair => pair.Key.ToString() is not ("clusters" or "contexts" or "users" or "current-context"))
            .ToDictionary(pair => pair.Key.ToString(), pair => Canonical(pair.Value)), StringComparer.Ordinal);

    public static string Canonical(YamlNode node) => node switch
    {
        YamlMappingNode map => "{" + string.Join(",", map.Children.Select(pair => $"{pair.Key}={Canonical(pair.Value)}").Order(StringComparer.Ordinal)) + "}",
        YamlSequenceNode list => "[" + string.Join(",", list.Select(Canonical)) + "]",
        _ => $"<{node}>",
    };
}
