using System.Globalization;

namespace EksTools.ServiceModels;

/// <summary>How the AWS SDK for .NET turns the models' names into C#.</summary>
public static class Names
{
    private static readonly char[] s_separators = [' ', '-', '.', ':', '/', '(', ')', '+', '*'];

    /// <summary>Raises the first letter.</summary>
    public static string Pascal(string name) => char.ToUpper(name[0], CultureInfo.InvariantCulture) + name[1..];

    /// <summary>The constant of an enum value: the parts between punctuation, each with a raised first letter.</summary>
    public static string Constant(string value)
    {
        var name = string.Concat(value.Split(s_separators, StringSplitOptions.RemoveEmptyEntries).Select(Pascal));
        return char.IsAsciiDigit(name[0]) ? "_" + name : name;
    }
}
