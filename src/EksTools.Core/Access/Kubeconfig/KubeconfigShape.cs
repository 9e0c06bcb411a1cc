using EksTools.Core.Yaml;

namespace EksTools.Core.Access.Kubeconfig;

/// <summary>Refuses YAML that is no kubeconfig, so that an edit never makes a bad file worse.</summary>
internal static class KubeconfigShape
{
    /// <summary>Checks what a file holds; nothing at all is fine.</summary>
    /// <exception cref="KubeconfigException">Something has a shape that kubectl would refuse.</exception>
    public static void Check(TextNode? root, string text, string path)
    {
        RefuseUnprintable(text, path);
        if (root is null or TextScalar { IsNull: true })
            return;
        if (root is not TextMapping mapping)
            throw Fault(root, "a kubeconfig is a mapping (apiVersion, clusters, contexts, users …), and this is not.");
        foreach (Section section in Section.All)
            CheckSection(section, mapping);
        if (Section.Follow(mapping.Find("current-context")?.Value) is { } current and not TextScalar)
            throw Fault(current, "'current-context' must be a name.");
        if (Section.Follow(mapping.Find("kind")?.Value) is TextScalar { IsNull: false, Value: not ("Config" or "") } kind)
            throw Fault(kind, $"the file's kind is '{kind.Value}', not 'Config'; it is no kubeconfig.");
        void CheckSection(Section section, TextMapping mapping)
        {
            TextNode? list = Section.Follow(mapping.Find(section.ListKey)?.Value);
            if (list is null or TextScalar { IsNull: true })
                return;
            if (list is not TextSequence sequence)
                throw Fault(list, $"'{section.ListKey}' must be a list.");
            HashSet<string> names = new(StringComparer.Ordinal);
            foreach (TextNode entry in sequence.Items)
            {
                if (Section.Follow(entry) is not TextMapping item)
                    throw Fault(entry, $"an entry of '{section.ListKey}' must be a mapping with 'name' and '{section.ItemKey}'.");
                if (Section.Follow(item.Find("name")?.Value) is not TextScalar name || name.IsNull)
                    throw Fault(item, $"this entry of '{section.ListKey}' has no name.");
                if (!names.Add(name.Value))
                    throw Fault(name, $"'{section.ListKey}' has two entries named '{name.Value}'; remove one of them.");
                if (Section.Follow(item.Find(section.ItemKey)?.Value) is { } body and not (TextMapping or TextScalar { IsNull: true }))
                    throw Fault(body, $"'{section.ItemKey}' of '{name.Value}' must be a mapping.");
            }
        }

        KubeconfigException Fault(TextNode node, string problem)
        {
            (int line, int column) = TextPlace.LineAndColumn(text, node.Start);
            return new KubeconfigException(path, line, column, problem);
        }
    }

    /// <summary>kubectl refuses a file with such a character; YamlDotNet takes U+0000 for the end of the text, and an edit would lose what follows.</summary>
    private static void RefuseUnprintable(string text, string path)
    {
        for (int i = text.StartsWith('\uFEFF') ? 1 : 0; i < text.Length; i++)
        {
            // https://yaml.org/spec/1.2.2/#51-character-set
            if (text[i] is (< ' ' and not ('\t' or '\n' or '\r')) or (>= '\u007F' and <= '\u009F' and not '\u0085') or '\uFEFF' or '\uFFFE' or '\uFFFF')
            {
                (int line, int column) = TextPlace.LineAndColumn(text, i);
                throw new KubeconfigException(path, line, column, $"the character U+{(int)text[i]:X4} may not stand in YAML; remove it.");
            }
        }
    }
}
