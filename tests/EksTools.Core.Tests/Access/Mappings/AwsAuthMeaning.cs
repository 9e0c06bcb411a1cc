using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace EksTools.Core.Tests.Access.Mappings;

/// <summary>What a value says, as YamlDotNet's representation model reads it: a judge that shares no code with the reader.</summary>
internal static class AwsAuthMeaning
{
    private static readonly string[] Known = ["rolearn", "userarn", "username", "groups"];

    /// <summary>The keys of a row that no edit is about, with their values, in their order.</summary>
    public static IReadOnlyList<string> OtherKeys(string text, int index) =>
        [.. ((YamlMappingNode)Items(text)[index]).Children.Where(pair => !Known.Contains(pair.Key.ToString(), StringComparer.OrdinalIgnoreCase)).Select(pair => $"{pair.Key}={pair.Value}")];

    private static YamlSequenceNode Items(string text)
    {
        YamlStream stream = [];
        stream.Load(new StringReader(text.TrimStart('\uFEFF')));
        return (YamlSequenceNode)stream.Documents[0].RootNode;
    }
}
