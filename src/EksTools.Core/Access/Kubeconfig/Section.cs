using EksTools.Core.Yaml;
using YamlDotNet.Core;

namespace EksTools.Core.Access.Kubeconfig;

/// <summary>One of a kubeconfig's three named lists.</summary>
/// <param name="ListKey">The key of the list.</param>
/// <param name="ItemKey">The key inside an item that holds what the name stands for.</param>
/// <param name="NameFirst">Whether the AWS CLI writes the name before it.</param>
internal sealed record Section(string ListKey, string ItemKey, bool NameFirst)
{
    public static readonly Section Cluster = new("clusters", "cluster", NameFirst: false);
    public static readonly Section Context = new("contexts", "context", NameFirst: false);
    public static readonly Section User = new("users", "user", NameFirst: true);

    public static IReadOnlyList<Section> All { get; } = [Cluster, Context, User];

    /// <summary>The list's entries, aliases followed. Entries of wrong shape are refused before (<see cref="KubeconfigShape"/>).</summary>
    public IEnumerable<SectionEntry> EntriesOf(TextMapping? root)
    {
        if (Follow(root?.Find(ListKey)?.Value) is not TextSequence list)
            yield break;
        for (int i = 0; i < list.Items.Count; i++)
        {
            if (Follow(list.Items[i]) is TextMapping item && Follow(item.Find("name")?.Value) is TextScalar name)
                yield return new SectionEntry(name.Value, i, item, Follow(item.Find(ItemKey)?.Value) as TextMapping);
        }
    }

    /// <summary>A new entry of the list.</summary>
    public YamlMap NewItem(string name, YamlMap body) =>
        NameFirst ? YamlMap.Of(("name", name), (ItemKey, body)) : YamlMap.Of((ItemKey, body), ("name", name));

    /// <summary>What a node means when aliases are followed.</summary>
    public static TextNode? Follow(TextNode? node) => node is TextAlias alias ? Follow(alias.Target) : node;
}

/// <summary>One named entry.</summary>
internal sealed record SectionEntry(string Name, int Index, TextMapping Item, TextMapping? Body)
{
    /// <summary>A scalar field of the body, or null.</summary>
    public string? Field(string key) => Section.Follow(Body?.Find(key)?.Value) is TextScalar { IsNull: false, Value.Length: > 0 } scalar ? scalar.Value : null;
}
