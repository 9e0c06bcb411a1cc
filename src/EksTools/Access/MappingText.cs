using System.Collections;
using System.Management.Automation;
using EksTools.Errors;

namespace EksTools.Access;

/// <summary>Reads what a table of text, such as Import-Csv makes, says of a mapping: lists by semicolons, and nothing by an empty cell.</summary>
internal static class MappingText
{
    /// <summary>The text, or null where a cell is empty.</summary>
    public static string? Said(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <summary>The values of a list, or null where nothing was said: an empty list says none, an empty cell says nothing.</summary>
    public static IReadOnlyList<string>? Said(string[]? values, string who)
    {
        if (values is null || (values.Length > 0 && values.All(string.IsNullOrWhiteSpace)))
        {
            return null;
        }

        string[] words = [.. values.SelectMany(static value => value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        return Array.Exists(words, static word => word.StartsWith("System.", StringComparison.Ordinal) && (word.EndsWith("[]", StringComparison.Ordinal) || word.EndsWith(']')))
            ? throw new EksToolsException(EksErrorKind.Validation, "ListLostInText", $"For {who} the list reads '{string.Join("; ", words)}': Export-Csv wrote the name of a type in place of what was in the list.", who, "Join lists before they are exported: Select-Object PrincipalArn, Username, @{ n = 'Groups'; e = { $_.Groups -join ';' } }.")
            : words;
    }
}

/// <summary>Takes an empty cell for nothing, and semicolons for commas, where a word of an enumeration is meant.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WordOrNothingAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
    {
        string text => string.IsNullOrWhiteSpace(text) ? null : text.Replace(';', ','),

        // PowerShell makes no flags of a list where null is possible.
        object?[] words => string.Join(',', words),
        _ => inputData,
    };
}

/// <summary>Takes an access policy by name, by ARN, or as an object with its scope.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AccessPolicyTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? value = Bare(inputData);
        return value is null ? null : Policies(value).ToArray();
    }

    private static IEnumerable<EksAccessPolicyScope> Policies(object value) => value switch
    {
        EksAccessPolicyScope scope => [scope],
        string text => text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(static name => new EksAccessPolicyScope { PolicyArn = name }),
        IEnumerable list => list.Cast<object?>().Select(Bare).OfType<object>().SelectMany(Policies),
        _ => FromProperties(value),
    };

    /// <summary>Of AWS.Tools, of this module in another process, or of a script: what has a PolicyArn.</summary>
    private static IEnumerable<EksAccessPolicyScope> FromProperties(object value)
    {
        PSObject wrapped = PSObject.AsPSObject(value);
        if ((wrapped.Properties["PolicyArn"] ?? wrapped.Properties["Arn"] ?? wrapped.Properties["Name"])?.Value?.ToString() is not { Length: > 0 } arn)
        {
            throw new ArgumentTransformationMetadataException($"A {value.GetType().Name} is no access policy. Say its name, such as AmazonEKSViewPolicy.");
        }

        object? namespaces = wrapped.Properties["Namespaces"]?.Value ?? (wrapped.Properties["AccessScope"]?.Value is { } scope ? PSObject.AsPSObject(scope).Properties["Namespaces"]?.Value : null);
        return [new EksAccessPolicyScope { PolicyArn = arn, Namespaces = Bare(namespaces) is IEnumerable and not string ? [.. ((IEnumerable)Bare(namespaces)!).Cast<object?>().Select(static each => Bare(each)?.ToString()).OfType<string>()] : [] }];
    }

    private static object? Bare(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
}
