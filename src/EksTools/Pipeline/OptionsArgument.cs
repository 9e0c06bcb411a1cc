using System.Collections;
using System.Management.Automation;
using System.Reflection;

namespace EksTools.Pipeline;

/// <summary>
/// Takes options, such as those of node groups, as hashtables, as objects with such properties or as what they are. A name that says nothing is refused: what was
/// written must not be lost. What is text, as every cell of a table is, is read as <see cref="OptionsCell"/> says.
/// </summary>
/// <typeparam name="T">The options: a record that can be made without arguments.</typeparam>
internal static class OptionsArgument<T>
    where T : class
{
    private static readonly Dictionary<string, PropertyInfo> Properties = Read();

    /// <summary>The options of one value or of many.</summary>
    /// <param name="value">What the caller wrote.</param>
    /// <param name="what">What one of them is called, such as node group.</param>
    public static T[] Of(object? value, string what)
    {
        object? inner = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
        return inner switch
        {
            null => [],
            T options => [options],
            T[] options => options,
            IDictionary => [One(inner, what)],
            IEnumerable items and not string => [.. items.Cast<object?>().SelectMany(item => Of(item, what))],
            _ => [One(inner, what)],
        };
    }

    private static T One(object value, string what)
    {
        (string Name, object? Value)[] said = value switch
        {
            IDictionary table => [.. table.Keys.Cast<object>().Select(key => ($"{key}", table[key]))],
            PSObject custom => [.. custom.Properties.Select(static property => (property.Name, (object?)property.Value))],
            _ => throw new ArgumentTransformationMetadataException($"'{value}' is no {what}: write a hashtable such as @{{ Name = 'web' }}, with any of {Names()}."),
        };
        T options = Activator.CreateInstance<T>();

        foreach ((string name, object? content) in said)
        {
            PropertyInfo property = Properties.GetValueOrDefault(name)
                ?? throw new ArgumentTransformationMetadataException($"A {what} has no '{name}': it has {Names()}.");
            if (content is not null && !OptionsCell.IsEmpty(content))
            {
                property.SetValue(options, Convert(content, property, what));
            }
        }

        return typeof(T).GetProperty("Name") is { } key && string.IsNullOrWhiteSpace(key.GetValue(options) as string)
            ? throw new ArgumentTransformationMetadataException($"A {what} has no Name: add one, such as Name = 'web'.")
            : options;
    }

    private static object? Convert(object value, PropertyInfo property, string what)
    {
        try
        {
            Type type = property.PropertyType;
            if (OptionsCell.TextOf(value) is { } text && OptionsCell.Read(text, type) is { } read)
            {
                return read;
            }

            if (type == typeof(IReadOnlyDictionary<string, string>))
            {
                return Pairs(value);
            }

            if (type == typeof(IReadOnlyList<string>))
            {
                return LanguagePrimitives.ConvertTo<string[]>(value);
            }

            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            {
                return typeof(OptionsArgument<>).MakeGenericType(type.GenericTypeArguments[0]).GetMethod(nameof(Of))!.Invoke(null, [value, $"{what}'s {property.Name}"]);
            }

            if (type == typeof(string) && value is IDictionary or PSObject { BaseObject: PSCustomObject or IDictionary })
            {
                // Settings that are written as a table, for a service that takes them as text.
                return JsonArgument.Of(value, () => new ArgumentTransformationMetadataException($"The {what}'s {property.Name} is nested deeper than {JsonArgument.MaxDepth} levels."))!.ToJsonString();
            }

            return LanguagePrimitives.ConvertTo(value, Nullable.GetUnderlyingType(type) ?? type, System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (TargetInvocationException exception) when (exception.InnerException is ArgumentTransformationMetadataException inner)
        {
            throw inner;
        }
        catch (Exception exception) when (exception is PSInvalidCastException or FormatException)
        {
            throw new ArgumentTransformationMetadataException($"The {what}'s {property.Name} cannot be '{value}': {exception.Message}");
        }
    }

    private static Dictionary<string, string> Pairs(object value) => value is PSObject { BaseObject: PSCustomObject } custom
        ? custom.Properties.ToDictionary(static property => property.Name, static property => $"{property.Value}", StringComparer.Ordinal)
        : LanguagePrimitives.ConvertTo<Hashtable>(value).Cast<DictionaryEntry>().ToDictionary(static pair => $"{pair.Key}", static pair => $"{pair.Value}", StringComparer.Ordinal);

    /// <summary>By their names, and by those in the plural, which AWS and eksctl use.</summary>
    private static Dictionary<string, PropertyInfo> Read()
    {
        Dictionary<string, PropertyInfo> properties = new(StringComparer.OrdinalIgnoreCase);
        foreach (PropertyInfo property in typeof(T).GetProperties().Where(static property => property.CanWrite))
        {
            properties[property.Name] = property;
            if (property.PropertyType.IsGenericType && Nullable.GetUnderlyingType(property.PropertyType) is null)
            {
                properties[$"{property.Name}s"] = property;
            }
        }

        if (properties.TryGetValue("ResourceTags", out PropertyInfo? tags))
        {
            properties["Tag"] = properties["Tags"] = tags;
        }

        return properties;
    }

    private static string Names() => string.Join(", ", Properties.Values.Distinct().Select(static property => property.Name == "ResourceTags" ? "Tag" : property.Name));
}
