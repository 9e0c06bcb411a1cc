namespace EksTools.Authentication;

/// <summary>
/// The text form of AWS' shared files (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html): sections, settings, and
/// settings nested one level under one without a value, which appear here as <c>outer.inner</c>.
/// </summary>
/// <remarks>
/// AWSSDK.Core's own reader is not used: it fixes the files' places at its first use (a shell may set AWS_CONFIG_FILE later, and
/// a missing file silently becomes ~/.aws/config), keeps duration_seconds to itself, and does not know quoted profile names.
/// </remarks>
internal static class ProfileText
{
    public static Dictionary<string, Dictionary<string, string>> Parse(string text, string path)
    {
        var sections = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        Dictionary<string, string>? section = null;
        string? outer = null;
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] is '#' or ';')
            {
                continue;
            }
            if (line[0] == '[')
            {
                var end = line.IndexOf(']');
                if (end < 0)
                {
                    throw Unreadable(path, number, "a section's name does not end with ']'");
                }
                var name = SectionName(line[1..end]);
                if (!sections.TryGetValue(name, out section))
                {
                    sections[name] = section = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                }
                outer = null;
                continue;
            }
            if (section is null)
            {
                throw Unreadable(path, number, "there is a setting before the first section");
            }
            var nested = char.IsWhiteSpace(raw[0]) && outer is not null;
            var equals = line.IndexOf('=');
            if (nested && section[outer!].Length > 0)
            {
                section[outer!] += "\n" + line;
                continue;
            }
            if (equals <= 0)
            {
                throw Unreadable(path, number, "the line is neither a section nor a setting");
            }
            var key = line[..equals].TrimEnd();
            var value = line[(equals + 1)..].TrimStart();
            if (nested)
            {
                section[$"{outer}.{key}"] = value;
            }
            else
            {
                section[key] = value;
                outer = key;
            }
        }
        return sections;
    }

    // "profile  'my one'" → "profile my one": one space after the kind, quotes around the name are not part of it.
    private static string SectionName(string text)
    {
        text = text.Trim();
        var space = text.IndexOfAny([' ', '\t']);
        if (space < 0)
        {
            return text;
        }
        var name = text[space..].Trim();
        if (name.Length > 1 && name[0] is '"' or '\'' && name[^1] == name[0])
        {
            name = name[1..^1];
        }
        return $"{text[..space]} {name}";
    }

    private static AwsAuthenticationException Unreadable(string path, int line, string what) =>
        new(AwsAuthenticationErrorKind.Validation, $"{path}, line {line}: {what}.", "Correct the file (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html).");
}
