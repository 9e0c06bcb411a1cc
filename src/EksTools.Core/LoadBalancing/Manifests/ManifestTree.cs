using System.Globalization;
using System.Text;
using EksTools.Core.LoadBalancing.Changes;
using EksTools.Core.Yaml;

namespace EksTools.Core.LoadBalancing.Manifests;

/// <summary>What a document says, however it is written.</summary>
internal static class ManifestTree
{
    /// <summary>Everything that a document says but what the edits are about.</summary>
    public static string Describe(TextNode root, int item, IReadOnlyList<ObjectEdit> edits)
    {
        StringBuilder told = new();
        TextMapping subject = ManifestReader.ObjectsOf(root).First(one => one.Item == item).Node;
        HashSet<string> annotations = [.. edits.Where(static edit => edit.IsAnnotation).Select(static edit => edit.Key)], fields = [.. edits.Where(static edit => !edit.IsAnnotation).Select(static edit => edit.Key)];
        Tell(root, Part.Other);
        return told.ToString();

        void Tell(TextNode node, Part part)
        {
            node = GoYaml.Follow(node);
            Part here = node == subject ? Part.Subject : part;
            switch (node)
            {
                case TextScalar scalar:
                    told.Append(CultureInfo.InvariantCulture, $"{(int)GoScalars.KindOf(scalar)}\"{scalar.Value.Length}:{scalar.Value}\"");
                    break;
                case TextSequence list:
                    told.Append('[');
                    foreach (TextNode one in list.Items)
                    {
                        Tell(one, Part.Other);
                        told.Append(',');
                    }
                    told.Append(']');
                    break;
                case TextMapping map:
                    told.Append('{');
                    foreach (TextPair pair in map.Pairs)
                        TellPair(pair, here);
                    told.Append('}');
                    break;
            }
        }

        void TellPair(TextPair pair, Part part)
        {
            string key = ManifestText.KeyOf(pair) ?? string.Empty;
            if ((part == Part.Annotations && annotations.Contains(key)) || (part == Part.Spec && fields.Contains(key)))
                return;
            Part inner = (part, key) switch
            {
                (Part.Subject, "metadata") => Part.Metadata,
                (Part.Subject, "spec") => Part.Spec,
                (Part.Metadata, "annotations") => Part.Annotations,
                _ => Part.Other,
            };

            // Nothing there, nothing left, and nothing yet are the same.
            HashSet<string>? edited = inner switch { Part.Annotations => annotations, Part.Spec => fields, _ => null };
            if (edited is not null && (GoYaml.Follow(pair.Value) is not TextMapping map || map.Pairs.All(one => edited.Contains(ManifestText.KeyOf(one) ?? string.Empty))))
                return;
            Tell(pair.Key, Part.Other);
            told.Append(':');
            Tell(pair.Value, inner);
            told.Append(',');
        }
    }

    /// <summary>Whether an alias anywhere stands for the node.</summary>
    public static bool HasAlias(TextNode root, TextNode target) => root switch
    {
        TextAlias alias => alias.Target == target,
        TextSequence list => list.Items.Any(item => HasAlias(item, target)),
        TextMapping map => map.Pairs.Any(pair => HasAlias(pair.Key, target) || HasAlias(pair.Value, target)),
        _ => false,
    };

    private enum Part
    {
        Other,
        Subject,
        Metadata,
        Annotations,
        Spec,
    }
}
