using EksTools.Access;

namespace EksTools.Core.Access.Conversion;

/// <summary>A row of aws-auth on its way to an access entry.</summary>
internal sealed record RowConversion
{
    /// <summary>The row.</summary>
    public required EksIamMapping Row { get; init; }

    /// <summary>The entry that gives the same; null when there is none, or another row of the principal has it.</summary>
    public EntryWish? Wish { get; init; }

    /// <summary>What is done to get there; null with <see cref="Wish"/>.</summary>
    public EntryDelta? Change { get; init; }

    /// <summary>Why it cannot be moved; null when it can.</summary>
    public string? Obstacle { get; init; }

    /// <summary>The key of the principal whose other row says the same; null for a row of its own.</summary>
    public string? SameAs { get; init; }

    /// <summary>What is otherwise than in the row.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Why the row stays in aws-auth though it has an entry; null when it may go.</summary>
    public string? Stays { get; init; }

    public EksIamMappingConversionAction Action => Obstacle is not null ? EksIamMappingConversionAction.CannotMove : Change?.Action ?? EksIamMappingConversionAction.AlreadyThere;

    /// <summary>Whether the row goes once its entry stands.</summary>
    public bool Goes => Obstacle is null && Stays is null;

    /// <summary>The row as a user sees it.</summary>
    public EksIamMappingConversion Describe(bool removing) => new()
    {
        ClusterName = Row.ClusterName,
        Region = Row.Region,
        PrincipalArn = Wish?.Principal.Arn ?? Row.PrincipalArn,
        Action = Action,
        Reason = Sentence([.. Obstacle is null ? Remarks : [Obstacle], .. removing && Obstacle is null && Stays is not null ? [$"the row stays: {Stays}"] : Array.Empty<string>()]),
        Row = Row,
        Entry = Obstacle is null ? Change?.After : null,
        RowRemoved = removing && Goes,
    };

    private static string Sentence(string[] parts)
    {
        string text = string.Join("; ", parts);

        // The name of a group is written as it is.
        bool isName = text.Split(' ', 2)[0].Contains(':', StringComparison.Ordinal);
        return text.Length == 0 ? text : $"{(isName ? text[0] : char.ToUpperInvariant(text[0]))}{text[1..].TrimEnd('.')}.";
    }
}
