using System.Globalization;

namespace EksTools.Core.LoadBalancing.Values;

/// <summary>What an annotation's value must be.</summary>
internal abstract record ValueSyntax
{
    /// <summary>Boolean, Integer, Text, Choice, List, Map, Port or Json.</summary>
    public abstract string Name { get; }

    /// <summary>What it may be, in a few words.</summary>
    public abstract string Description { get; }

    /// <summary>Words that it may be.</summary>
    public virtual IReadOnlyList<string> Choices => [];

    /// <summary>What is wrong with a value, the gravest first.</summary>
    public abstract IEnumerable<ValueProblem> Check(string value);
}

/// <summary>Any text.</summary>
internal sealed record TextSyntax(string Words = "text", Func<string, ValueProblem?>? Judge = null) : ValueSyntax
{
    public override string Name => "Text";

    public override string Description => Words;

    public override IEnumerable<ValueProblem> Check(string value) => Judge?.Invoke(value) is { } problem ? [problem] : [];
}

/// <summary>What Go takes for true or false.</summary>
internal sealed record BooleanSyntax : ValueSyntax
{
    public static BooleanSyntax Instance { get; } = new();

    public override string Name => "Boolean";

    public override string Description => "true or false";

    public override IReadOnlyList<string> Choices => ["true", "false"];

    public override IEnumerable<ValueProblem> Check(string value)
    {
        if (GoValues.Boolean(value) is null)
        {
            string? meant = value.Trim().ToUpperInvariant() switch
            {
                "TRUE" or "T" or "1" or "YES" or "Y" or "ON" or "ENABLED" => "true",
                "FALSE" or "F" or "0" or "NO" or "N" or "OFF" or "DISABLED" => "false",
                _ => null,
            };
            yield return ValueProblem.Error("is neither true nor false to the controller, which fails", meant);
        }
    }
}

/// <summary>A number within bounds. The controllers check few of them; what they let pass ELB refuses.</summary>
internal sealed record IntegerSyntax(long Least, long Most, int Bits = 32) : ValueSyntax
{
    public override string Name => "Integer";

    public override string Description => $"{Least} to {Most}";

    public override IEnumerable<ValueProblem> Check(string value)
    {
        if (GoValues.Integer(value, Bits) is not { } number)
        {
            string digits = value.Trim().TrimEnd('s', 'S').TrimEnd();
            yield return ValueProblem.Error("is not a whole number to the controller, which fails", GoValues.Integer(digits, Bits) is { } meant && meant >= Least && meant <= Most ? digits : null);
        }
        else if (number < Least || number > Most)
        {
            yield return ValueProblem.Error($"is not within {Least} and {Most}", Math.Clamp(number, Least, Most).ToString(CultureInfo.InvariantCulture));
        }
    }
}

/// <summary>One of some words.</summary>
/// <param name="Words">The words.</param>
/// <param name="IgnoreCase">Whether case does not matter to the controller.</param>
/// <param name="Otherwise">What the controller makes of another word; null where it fails.</param>
internal sealed record ChoiceSyntax(IReadOnlyList<string> Words, bool IgnoreCase = false, string? Otherwise = null) : ValueSyntax
{
    public override string Name => "Choice";

    public override string Description => string.Join(", ", Words);

    public override IReadOnlyList<string> Choices => Words;

    public override IEnumerable<ValueProblem> Check(string value)
    {
        if (Words.Any(word => string.Equals(word, value, IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)))
            yield break;
        string message = $"is none of {Description}";
        string? meant = Words.FirstOrDefault(word => string.Equals(word, value.Trim(), StringComparison.OrdinalIgnoreCase)) ?? Likeness.Nearest(value.Trim(), Words);
        yield return Otherwise is null ? ValueProblem.Error(message, meant) : ValueProblem.Warning($"{message}, and {Otherwise}", meant);
    }
}

/// <summary>A port for health checks.</summary>
/// <param name="TakesNames">Whether it may be the name of a port of the Service.</param>
internal sealed record PortSyntax(bool TakesNames) : ValueSyntax
{
    public const string Traffic = "traffic-port";

    public override string Name => "Port";

    public override string Description => TakesNames ? "traffic-port, 1 to 65535, or the name of a port" : "traffic-port, or 1 to 65535";

    public override IReadOnlyList<string> Choices => [Traffic];

    public override IEnumerable<ValueProblem> Check(string value)
    {
        if (value == Traffic)
            yield break;
        long? number = GoValues.Integer(value, 32);
        if (number is null && (!TakesNames || value.Length == 0))
            yield return ValueProblem.Error("is neither traffic-port nor a number", Likeness.Nearest(value, [Traffic]));
        else if (number is < 1 or > 65535)
            yield return ValueProblem.Error("is not within 1 and 65535");
    }
}
