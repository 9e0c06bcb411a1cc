namespace EksTools.HelpCompiler;

/// <summary>Types as PowerShell people name them.</summary>
internal static class TypeNames
{
    /// <summary>The name without namespace: String, Int32[], IDictionary[String, Object].</summary>
    public static string Short(Type type) => Name(type, inner => inner.Name);

    /// <summary>The name with namespace.</summary>
    public static string Full(Type type) => Name(type, inner => inner.Namespace is null ? inner.Name : $"{inner.Namespace}.{inner.Name}");

    private static string Name(Type type, Func<Type, string> plain)
    {
        if (type.IsArray)
            return Name(type.GetElementType()!, plain) + "[]";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Name(underlying, plain);
        string name = plain(type);
        return type.IsGenericType ? $"{name[..name.IndexOf('`', StringComparison.Ordinal)]}[{string.Join(", ", type.GetGenericArguments().Select(argument => Name(argument, plain)))}]" : name;
    }
}
