using EksTools.Errors;

namespace EksTools.Core.Clusters;

/// <summary>
/// Rules of a request, each of which refuses one thing by an exception and looks at no other rule's: a command is told of the first that is broken, a file of all.
/// </summary>
internal static class RequestRules
{
    private const string Option = "Option", Part = "Part";

    /// <summary>Refuses by the first rule that is broken.</summary>
    public static void Require(this IEnumerable<Action> rules)
    {
        foreach (Action rule in rules)
        {
            rule();
        }
    }

    /// <summary>What all rules refuse.</summary>
    public static IReadOnlyList<EksToolsException> Broken(this IEnumerable<Action> rules)
    {
        List<EksToolsException> broken = [];
        foreach (Action rule in rules)
        {
            try
            {
                rule();
            }
            catch (EksToolsException exception)
            {
                broken.Add(exception);
            }
        }

        return broken;
    }

    /// <summary>Says of what part of the request an error is, such as a node group, and of which of its options.</summary>
    /// <param name="exception">The error.</param>
    /// <param name="part">The part's name.</param>
    /// <param name="option">The option's name; null for the part as a whole.</param>
    public static EksToolsException Of(this EksToolsException exception, string part, string? option = null)
    {
        exception.Data[Part] = part;
        exception.Data[Option] = option;
        return exception;
    }

    /// <summary>Of what part and option an error is; nulls where it is of the request as a whole.</summary>
    public static (string? Part, string? Option) PlaceOf(EksToolsException exception) => (exception.Data[Part] as string, exception.Data[Option] as string);
}
