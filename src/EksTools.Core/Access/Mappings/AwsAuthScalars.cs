using System.Text.RegularExpressions;
using EksTools.Core.Yaml;
using YamlDotNet.Core;

namespace EksTools.Core.Access.Mappings;

/// <summary>Writes the texts of aws-auth: without quotes wherever YAML allows it, as EKS and eksctl do (system:node:{{EC2PrivateDNSName}}).</summary>
internal static partial class AwsAuthScalars
{
    /// <summary>The text in the given style where that can hold it.</summary>
    public static string Write(string text, ScalarStyle wanted, bool inFlow) => wanted switch
    {
        ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted => YamlScalars.Write(new YamlText(text), wanted),
        _ when (inFlow ? PlainInFlow() : Plain()).IsMatch(text) && YamlScalars.IsStringWhenPlain(text) => text,
        _ => YamlScalars.DoubleQuoted(text),
    };

    [GeneratedRegex(@"^[A-Za-z0-9/_](?:[A-Za-z0-9_./:@+=,{}()*&!$^~-]*[A-Za-z0-9_./@+=,{}()*&!$^~-])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();

    [GeneratedRegex(@"^[A-Za-z0-9/_](?:[A-Za-z0-9_./:@+=-]*[A-Za-z0-9_./@+=-])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainInFlow();
}
