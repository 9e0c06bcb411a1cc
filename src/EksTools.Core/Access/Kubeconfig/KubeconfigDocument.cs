using EksTools.Core.Yaml;

namespace EksTools.Core.Access.Kubeconfig;

/// <summary>
/// A kubeconfig as text. Edits change the characters of the entries they are about and no others: comments, order, quoting, line ends,
/// a BOM, unknown keys and layout stay. What cannot be understood is refused with its place.
/// </summary>
internal sealed class KubeconfigDocument
{
    private readonly string _text;
    private readonly string _path;
    private readonly TextNode? _content;
    private readonly TextMapping? _root;

    private KubeconfigDocument(string text, string path, TextNode? content)
    {
        _text = text;
        _path = path;
        _content = content;
        _root = content as TextMapping;
        TextMapping? root = _root;
        Clusters = [.. Section.Cluster.EntriesOf(root).Select(entry => new KubeconfigCluster(entry.Name, entry.Field("server")))];
        Contexts = [.. Section.Context.EntriesOf(root).Select(entry =>
            new KubeconfigContext(entry.Name, entry.Field("cluster"), entry.Field("user"), entry.Field("namespace")))];
        UserNames = [.. Section.User.EntriesOf(root).Select(entry => entry.Name)];
    }

    /// <summary>The cluster entries in the file's order.</summary>
    public IReadOnlyList<KubeconfigCluster> Clusters { get; }

    /// <summary>The context entries in the file's order.</summary>
    public IReadOnlyList<KubeconfigContext> Contexts { get; }

    /// <summary>The names of the user entries in the file's order.</summary>
    public IReadOnlyList<string> UserNames { get; }

    /// <summary>The current context, or null where none is set.</summary>
    public string? CurrentContext => _root?.Find("current-context")?.Value is TextScalar { IsNull: false, Value.Length: > 0 } scalar ? scalar.Value : null;

    /// <summary>Reads a kubeconfig's text.</summary>
    /// <param name="text">The file's text; a BOM may be its first character.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="KubeconfigException">The text is no kubeconfig; the message says where and why.</exception>
    public static KubeconfigDocument Parse(string text, string path)
    {
        TextNode? content = Guard(path, () => TextNodeReader.Read(text));
        KubeconfigShape.Check(content, text, path);
        return new(text, path, content);
    }

    /// <summary>The text of a new file, laid out as the AWS CLI does.</summary>
    public static string Create(KubeconfigEntry entry, string newLine = "\n")
    {
        YamlMap root = YamlMap.Of(
            ("apiVersion", "v1"),
            ("clusters", new YamlList([Section.Cluster.NewItem(entry.ClusterName, entry.ToClusterYaml())])),
            ("contexts", new YamlList([Section.Context.NewItem(entry.ContextName, entry.ToContextYaml())])),
            ("current-context", entry.SetCurrentContext ? entry.ContextName : ""),
            ("kind", "Config"),
            ("preferences", new YamlText("{}", IsLiteral: true)),
            ("users", new YamlList([Section.User.NewItem(entry.UserName, entry.Exec.ToUserYaml())])));
        return string.Concat(YamlWriter.Block(root, 0, new BlockLayout()).Select(line => line + newLine));
    }

    /// <summary>The text with the entry's cluster, user and context added or brought up to date. Equal to the present text when nothing differs.</summary>
    /// <exception cref="KubeconfigException">An entry is written in a way that cannot be edited safely.</exception>
    public string Upsert(KubeconfigEntry entry)
    {
        if (_root is null || (_root.Pairs.Count == 0 && string.IsNullOrWhiteSpace(_text[(_root.Start + 1)..(_root.End - 1)])))
            return CreateIn(entry);
        return Repeat(document =>
            document.UpsertItem(Section.Cluster, entry.ClusterName, entry.ToClusterYaml(), KubeconfigYaml.ReplacedClusterKeys)
            ?? document.UpsertItem(Section.Context, entry.ContextName, entry.ToContextYaml(), [])
            ?? document.UpsertItem(Section.User, entry.UserName, entry.Exec.ToUserYaml(), KubeconfigYaml.ReplacedUserKeys)
            ?? document.UpdateExec(entry)
            ?? (entry.SetCurrentContext ? document.Change(document._root!, YamlMap.Of(("current-context", entry.ContextName))) : null));
    }

    /// <summary>The text without the named entries; current-context becomes "" when its context went.</summary>
    /// <exception cref="KubeconfigException">An entry is written in a way that cannot be removed safely.</exception>
    public string Remove(KubeconfigRemoval removal)
    {
        (HashSet<string> clusters, HashSet<string> users, HashSet<string> contexts) = KubeconfigOrphans.Find(this, removal);
        bool unset = CurrentContext is { } current && contexts.Contains(current) && Contexts.Concat(removal.Elsewhere).Any(context => context.Name == current);
        return Repeat(document =>
            document.RemoveItem(Section.Context, contexts)
            ?? document.RemoveItem(Section.User, users)
            ?? document.RemoveItem(Section.Cluster, clusters)
            ?? (unset ? document.Change(document._root!, YamlMap.Of(("current-context", ""))) : null));
    }

    /// <summary>Says of a fault of the YAML that it is the kubeconfig's.</summary>
    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (YamlTextException exception)
        {
            throw new KubeconfigException(path, exception.Line, exception.Column, exception.Kind switch
            {
                YamlTextFault.Syntax => $"the file is not valid YAML and was left as it is: {exception.Problem}.",
                YamlTextFault.SecondDocument => $"{exception.Problem}; a kubeconfig is a single document.",
                _ => exception.Problem,
            }, exception.InnerException);
        }
    }

    private YamlTextEditor Editor => new(_text, KubeconfigLayout.OfBlocks(_text, _root!), KubeconfigLayout.FlowUnit(_text, _root!));

    /// <summary>Makes one change at a time, each on a fresh parse, until none is left: places never go stale, and a bad edit is caught.</summary>
    private string Repeat(Func<KubeconfigDocument, IReadOnlyList<TextSplice>?> next)
    {
        KubeconfigDocument document = this;
        const int Bound = 500;
        for (int i = 0; i < Bound; i++)
        {
            if (document._root is null || Guard(_path, () => next(document)) is not { Count: > 0 } splices)
                return document._text;
            document = ParseEdited(TextSplice.Apply(document._text, splices));
        }
        throw new KubeconfigException(_path, "the edit did not come to an end, and the file was left as it is.");
    }

    private string CreateIn(KubeconfigEntry entry)
    {
        string newLine = _text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        string created = Create(entry, newLine);
        string edited;
        if (_content is not null) // "{}" or "null"
        {
            edited = TextSplice.Apply(_text, [new(_content.Start, _content.End, created.TrimEnd('\r', '\n'))]);
        }
        else
        {
            bool atLineStart = TextPlace.LineStart(_text, _text.Length) == _text.Length;
            edited = _text + (atLineStart ? "" : newLine) + created;
        }
        ParseEdited(edited);
        return edited;
    }

    private KubeconfigDocument ParseEdited(string edited)
    {
        try
        {
            return Parse(edited, _path);
        }
        catch (KubeconfigException exception)
        {
            throw new KubeconfigException(_path, "the file's layout does not allow this edit, and it was left as it is; rewrite it with 'kubectl config view --raw' and try again.", exception);
        }
    }

    private IReadOnlyList<TextSplice>? Change(TextMapping node, YamlMap wanted) => Editor.FirstDifference(node, wanted) is { Count: > 0 } splices ? splices : null;

    private IReadOnlyList<TextSplice>? UpsertItem(Section section, string name, YamlMap wanted, IReadOnlyCollection<string> replaced)
    {
        SectionEntry? entry = section.EntriesOf(_root).FirstOrDefault(entry => entry.Name == name);
        if (entry is null)
        {
            YamlMap item = section.NewItem(name, wanted);
            return _root!.Find(section.ListKey) is { } pair
                ? Editor.AddItem(_root, pair, item)
                : Editor.AddPair(_root, section.ListKey, new YamlList([item]));
        }
        if (Change(entry.Item, YamlMap.Of((section.ItemKey, wanted))) is { } change)
            return change;
        return entry.Body is { } body && body.Pairs.FirstOrDefault(pair => KubeconfigYaml.IsSet(pair, replaced)) is { } old ? Editor.RemovePair(body, old) : null;
    }

    /// <summary>Removes variables of an earlier plugin: an AWS_PROFILE that stayed would sign as somebody else.</summary>
    private IReadOnlyList<TextSplice>? UpdateExec(KubeconfigEntry entry)
    {
        SectionEntry user = Section.User.EntriesOf(_root).First(user => user.Name == entry.UserName);
        return entry.Exec.Env.Count == 0 && user.Body?.Find("exec")?.Value is TextMapping exec
            && exec.Find("env") is { Value: not (TextScalar { IsNull: true } or TextSequence { Items.Count: 0 }) } env
            ? Editor.RemovePair(exec, env)
            : null;
    }

    private IReadOnlyList<TextSplice>? RemoveItem(Section section, HashSet<string> names)
    {
        SectionEntry? entry = section.EntriesOf(_root).FirstOrDefault(entry => names.Contains(entry.Name));
        if (entry is null)
            return null;
        TextPair pair = _root!.Find(section.ListKey)!;
        TextSequence list = pair.Value as TextSequence
            ?? throw new KubeconfigException(_path, $"'{section.ListKey}' is a YAML alias and cannot be edited; edit it by hand.");
        return Editor.RemoveItem(pair, list, entry.Index);
    }
}
