using System.Globalization;
using Amazon.Runtime.Internal;

namespace EksTools.Aws.Protocols;

/// <summary>Writes the members that are set as the parameters of AWS's query protocol.</summary>
internal sealed class QueryForm(ParameterCollection parameters)
{
    private string _prefix = "";

    public void Member(string name, string? value)
    {
        if (value is not null)
            parameters.Add(_prefix + name, value);
    }

    public void Member(string name, int? value) => Member(name, value?.ToString(CultureInfo.InvariantCulture));

    public void Member(string name, long? value) => Member(name, value?.ToString(CultureInfo.InvariantCulture));

    public void Member(string name, double? value) => Member(name, value?.ToString("R", CultureInfo.InvariantCulture));

    public void Member(string name, bool? value) => Member(name, value switch { true => "true", false => "false", null => null });

    public void Member(string name, DateTime? value) =>
        Member(name, value?.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture));

    public void Member<T>(string name, T? value, Action<QueryForm, T> write)
        where T : class
    {
        if (value is not null)
            Within(name, value, write);
    }

    public void List(string name, List<string>? values)
    {
        if (IsNotEmpty(name, values))
        {
            for (var i = 0; i < values!.Count; i++)
                Member(Item(name, i), values[i]);
        }
    }

    public void List<T>(string name, List<T>? values, Action<QueryForm, T> write)
    {
        if (IsNotEmpty(name, values))
        {
            for (var i = 0; i < values!.Count; i++)
                Within(Item(name, i), values[i], write);
        }
    }

    private static string Item(string name, int index) => string.Create(CultureInfo.InvariantCulture, $"{name}.member.{index + 1}");

    // The protocol says "empty" with an empty parameter of the list's name.
    private bool IsNotEmpty<T>(string name, List<T>? values)
    {
        if (!Collections.IsSet(values))
            return false;
        if (values!.Count == 0)
            Member(name, "");
        return values.Count > 0;
    }

    private void Within<T>(string name, T value, Action<QueryForm, T> write)
    {
        var outer = _prefix;
        _prefix = $"{outer}{name}.";
        write(this, value);
        _prefix = outer;
    }
}
