using System.Globalization;
using System.Management.Automation;
using System.Reflection;

namespace EksTools.HelpCompiler;

/// <summary>Describes cmdlet classes with the engine's own reading of their attributes (<see cref="CommandMetadata"/>).</summary>
internal static class CmdletReader
{
    /// <summary>The public cmdlets of an assembly by name.</summary>
    public static IReadOnlyList<CmdletModel> Read(Assembly assembly) =>
    [
        .. assembly.GetExportedTypes()
            .Where(type => !type.IsAbstract && type.GetCustomAttribute<CmdletAttribute>() is not null)
            .Select(Read)
            .OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal),
    ];

    public static CmdletModel Read(Type type)
    {
        CmdletAttribute cmdlet = type.GetCustomAttribute<CmdletAttribute>()!;
        CommandMetadata metadata = new(type);
        Dictionary<string, string?> defaults = Defaults(type);
        List<(ParameterModel Model, ParameterMetadata Metadata)> parameters =
        [
            .. metadata.Parameters.Values
                .Where(parameter => !parameter.Attributes.OfType<ParameterAttribute>().Any(attribute => attribute.DontShow))
                .Select(parameter => (Describe(parameter, defaults), parameter)),
        ];
        if (cmdlet.SupportsShouldProcess)
        {
            foreach (string name in new[] { "WhatIf", "Confirm" })
            {
                ParameterMetadata common = new(name, typeof(SwitchParameter));
                common.ParameterSets.Clear();
                parameters.Add((new(name, typeof(SwitchParameter), [name == "WhatIf" ? "wi" : "cf"], "False", [], null, false, new(false, null, false, false)), common));
            }
        }
        string[] sets = [.. parameters.SelectMany(parameter => parameter.Metadata.ParameterSets.Keys).Where(set => set != ParameterAttribute.AllParameterSets).Distinct(StringComparer.OrdinalIgnoreCase)];
        if (sets.Length == 0)
            sets = [ParameterAttribute.AllParameterSets];
        // The default set is the one that people read first.
        sets = [.. sets.OrderByDescending(set => string.Equals(set, cmdlet.DefaultParameterSetName, StringComparison.OrdinalIgnoreCase)).ThenBy(set => set, StringComparer.Ordinal)];
        return new CmdletModel(
            cmdlet.VerbName,
            cmdlet.NounName,
            cmdlet.SupportsShouldProcess,
            [.. Order(parameters.Select(parameter => (parameter.Model, parameter.Model.Use))).Select(pair => pair.Parameter)],
            [.. sets.Select(set => Syntax(set, parameters))],
            [.. type.GetCustomAttributes<OutputTypeAttribute>().SelectMany(output => output.Type).Select(output => output.Type).Where(output => output is not null).Distinct()],
            string.IsNullOrEmpty(cmdlet.HelpUri) ? null : cmdlet.HelpUri);
    }

    private static SyntaxModel Syntax(string set, List<(ParameterModel Model, ParameterMetadata Metadata)> parameters)
    {
        List<(ParameterModel, ParameterUse)> members = [];
        foreach ((ParameterModel model, ParameterMetadata metadata) in parameters)
        {
            if (metadata.ParameterSets.Count == 0)
                members.Add((model, model.Use));
            else if (metadata.ParameterSets.TryGetValue(set, out ParameterSetMetadata? own) || metadata.ParameterSets.TryGetValue(ParameterAttribute.AllParameterSets, out own))
                members.Add((model, UseOf(own)));
        }
        return new SyntaxModel(set, [.. Order(members)]);
    }

    /// <summary>Positional ones in order, then mandatory ones, then by name, with -WhatIf and -Confirm last.</summary>
    private static IEnumerable<(ParameterModel Parameter, ParameterUse Use)> Order(IEnumerable<(ParameterModel Parameter, ParameterUse Use)> parameters) => parameters
        .OrderBy(pair => pair.Use.Position ?? int.MaxValue)
        .ThenByDescending(pair => pair.Use.IsMandatory)
        .ThenBy(pair => pair.Parameter.Name is "WhatIf" or "Confirm")
        .ThenBy(pair => pair.Parameter.Name, StringComparer.Ordinal);

    private static ParameterModel Describe(ParameterMetadata parameter, Dictionary<string, string?> defaults)
    {
        Type type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        Type element = type.IsArray ? type.GetElementType()! : type;
        element = Nullable.GetUnderlyingType(element) ?? element;
        PSDefaultValueAttribute? declared = parameter.Attributes.OfType<PSDefaultValueAttribute>().FirstOrDefault();
        ValidateRangeAttribute? range = parameter.Attributes.OfType<ValidateRangeAttribute>().FirstOrDefault();
        IReadOnlyList<string> accepted = parameter.Attributes.OfType<ValidateSetAttribute>().FirstOrDefault() is { } set
            ? [.. set.ValidValues]
            : element.IsEnum ? Enum.GetNames(element) : [];
        ParameterUse[] uses = [.. parameter.ParameterSets.Values.Select(UseOf)];
        return new ParameterModel(
            parameter.Name,
            type,
            [.. parameter.Aliases],
            declared is null ? defaults.GetValueOrDefault(parameter.Name) : declared.Help ?? Text(declared.Value),
            accepted,
            range?.MinRange is null ? null : (Text(range.MinRange)!, Text(range.MaxRange)!),
            parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any(),
            new ParameterUse(
                uses.Length > 0 && uses.All(use => use.IsMandatory),
                uses.Select(use => use.Position).FirstOrDefault(position => position is not null),
                uses.Any(use => use.ByValue),
                uses.Any(use => use.ByPropertyName)));
    }

    private static ParameterUse UseOf(ParameterSetMetadata set) =>
        new(set.IsMandatory, set.Position == int.MinValue ? null : set.Position, set.ValueFromPipeline, set.ValueFromPipelineByPropertyName);

    /// <summary>What a new instance holds in its auto-properties; a property with code of its own is not run.</summary>
    private static Dictionary<string, string?> Defaults(Type type)
    {
        Dictionary<string, string?> defaults = new(StringComparer.OrdinalIgnoreCase);
        object instance = Activator.CreateInstance(type)!;
        foreach (PropertyInfo property in type.GetProperties().Where(property => property.IsDefined(typeof(ParameterAttribute), inherit: true)))
        {
            FieldInfo? field = property.DeclaringType?.GetField($"<{property.Name}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic);
            defaults[property.Name] = field is null ? null : Text(field.GetValue(instance));
        }
        (instance as IDisposable)?.Dispose();
        return defaults;
    }

    private static string? Text(object? value) => value switch
    {
        null => null,
        string text => text.Length == 0 ? null : text,
        SwitchParameter on => on.IsPresent ? "True" : "False",
        System.Collections.IEnumerable items => string.Join(", ", items.Cast<object?>().Select(Text)) is { Length: > 0 } list ? list : null,
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
