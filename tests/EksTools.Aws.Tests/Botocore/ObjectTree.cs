using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Amazon.Runtime;

namespace EksTools.Aws.Tests.Botocore;

/// <summary>Turns a tree of values into an object of the library and back, by the names of the model's members.</summary>
internal static class ObjectTree
{
    public static object Create(Type type, JsonNode value)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return (string)value!;
        if (type == typeof(int))
            return (int)value!;
        if (type == typeof(long))
            return (long)value!;
        if (type == typeof(bool))
            return (bool)value!;
        if (type == typeof(DateTime))
            return DateTime.Parse((string)value!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        var result = typeof(ConstantClass).IsAssignableFrom(type) ? Activator.CreateInstance(type, (string)value!)! : Activator.CreateInstance(type)!;
        if (result is IList list)
        {
            foreach (var item in value.AsArray())
                list.Add(Create(type.GenericTypeArguments[0], item!));
        }
        else if (result is IDictionary map)
        {
            foreach (var (key, item) in value.AsObject())
                map.Add(key, Create(type.GenericTypeArguments[1], item!));
        }
        else if (result is not ConstantClass)
        {
            foreach (var (name, item) in value.AsObject())
                Property(type, name).SetValue(result, Create(Property(type, name).PropertyType, item!));
        }

        return result;
    }

    public static JsonNode? Read(object? value) => value switch
    {
        null => null,
        string text => text,
        int number => number,
        long number => number,
        bool flag => flag,
        DateTime { Kind: DateTimeKind.Utc } time => time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture),
        ConstantClass constant => constant.Value,
        IDictionary map => new JsonObject(map.Keys.Cast<string>().Select(key => KeyValuePair.Create(key, Read(map[key])))),
        IList list => new JsonArray([.. list.Cast<object>().Select(Read)]),
        _ => new JsonObject(Properties(value.GetType())
            .Select(p => KeyValuePair.Create(p.Name, Read(p.GetValue(value)))).Where(p => p.Value is not null)),
    };

    /// <summary>A tree with the names of properties instead of those of members.</summary>
    public static JsonNode? WithPropertyNames(Model model, JsonObject shape, JsonNode? value) => (string)shape["type"]! switch
    {
        "structure" => new JsonObject(value!.AsObject().Select(m =>
            KeyValuePair.Create(Model.PropertyName(m.Key), WithPropertyNames(model, model.Shape(shape["members"]![m.Key]!), m.Value)))),
        "list" => new JsonArray([.. value!.AsArray().Select(item => WithPropertyNames(model, model.Shape(shape["member"]!), item))]),
        "map" => new JsonObject(value!.AsObject().Select(m =>
            KeyValuePair.Create(m.Key, WithPropertyNames(model, model.Shape(shape["value"]!), m.Value)))),
        _ => value!.DeepClone(),
    };

    public static PropertyInfo[] Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);

    private static PropertyInfo Property(Type type, string member) =>
        type.GetProperty(Model.PropertyName(member)) ?? throw new InvalidOperationException($"{type.FullName} has no property for the model's '{member}'.");
}
