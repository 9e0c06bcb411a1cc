namespace EksTools.Core.LoadBalancing.Values;

/// <summary>Finds what somebody most likely meant.</summary>
internal static class Likeness
{
    /// <summary>The word that the fewest slips turn into what was written; null when none is near.</summary>
    public static string? Nearest(string written, IEnumerable<string> words)
    {
        string? nearest = null;
        int least = Math.Max(2, written.Length / 4) + 1;
        foreach (string word in words)
        {
            int distance = Distance(written, word, least);
            if (distance < least)
                (nearest, least) = (word, distance);
        }
        return nearest;
    }

    /// <summary>
    /// How many letters are to be put in, taken out, replaced or swapped with their neighbour, whatever their case, counted up to a limit.
    /// https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance
    /// </summary>
    public static int Distance(string one, string other, int limit = int.MaxValue)
    {
        if (Math.Abs(one.Length - other.Length) >= limit)
            return limit;
        int[] older = new int[other.Length + 1], former = new int[other.Length + 1], row = new int[other.Length + 1];
        for (int j = 0; j <= other.Length; j++)
            former[j] = j;
        for (int i = 1; i <= one.Length; i++)
        {
            row[0] = i;
            int least = i;
            for (int j = 1; j <= other.Length; j++)
            {
                bool same = char.ToUpperInvariant(one[i - 1]) == char.ToUpperInvariant(other[j - 1]);
                row[j] = Math.Min(Math.Min(row[j - 1], former[j]) + 1, former[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && char.ToUpperInvariant(one[i - 1]) == char.ToUpperInvariant(other[j - 2]) && char.ToUpperInvariant(one[i - 2]) == char.ToUpperInvariant(other[j - 1]))
                    row[j] = Math.Min(row[j], older[j - 2] + 1);
                least = Math.Min(least, row[j]);
            }
            if (least >= limit)
                return limit;
            (older, former, row) = (former, row, older);
        }
        return former[other.Length];
    }
}
