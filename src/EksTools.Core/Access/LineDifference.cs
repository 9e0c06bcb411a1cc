namespace EksTools.Core.Access;

/// <summary>What became of a line.</summary>
internal enum LineChange
{
    /// <summary>It is in both texts.</summary>
    Same,

    /// <summary>It is in the former text alone.</summary>
    Removed,

    /// <summary>It is in the new text alone.</summary>
    Added,
}

/// <summary>The shortest way from one list of lines to another: E. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986.</summary>
internal static class LineDifference
{
    // Beyond this many changes the way is no longer looked for, and what lies between equal ends counts as replaced.
    private const int MaximumChanges = 4000;

    /// <summary>Each line with what became of it, in reading order; removed lines before those that take their place.</summary>
    public static IReadOnlyList<(LineChange Change, string Line)> Find(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        int head = 0;
        while (head < before.Count && head < after.Count && before[head] == after[head])
            head++;
        int tail = 0;
        while (tail < before.Count - head && tail < after.Count - head && before[before.Count - 1 - tail] == after[after.Count - 1 - tail])
            tail++;
        List<(LineChange, string)> found = [.. before.Take(head).Select(line => (LineChange.Same, line))];
        found.AddRange(Middle([.. before.Skip(head).Take(before.Count - head - tail)], [.. after.Skip(head).Take(after.Count - head - tail)]));
        found.AddRange(before.Skip(before.Count - tail).Select(line => (LineChange.Same, line)));
        return found;
    }

    private static IEnumerable<(LineChange, string)> Middle(string[] before, string[] after)
    {
        int bound = Math.Min(before.Length + after.Length, MaximumChanges);
        int[] reach = new int[(2 * bound) + 2];
        List<int[]> rounds = [];
        for (int changes = 0; changes <= bound; changes++)
        {
            rounds.Add(reach.AsSpan(bound - changes, (2 * changes) + 2).ToArray());
            for (int diagonal = -changes; diagonal <= changes; diagonal += 2)
            {
                bool down = diagonal == -changes || (diagonal != changes && reach[bound + diagonal - 1] < reach[bound + diagonal + 1]);
                int x = down ? reach[bound + diagonal + 1] : reach[bound + diagonal - 1] + 1;
                while (x < before.Length && x - diagonal < after.Length && before[x] == after[x - diagonal])
                    x++;
                reach[bound + diagonal] = x;
                if (x >= before.Length && x - diagonal >= after.Length)
                    return Trace(before, after, rounds);
            }
        }
        return [.. before.Select(line => (LineChange.Removed, line)), .. after.Select(line => (LineChange.Added, line))];
    }

    private static List<(LineChange, string)> Trace(string[] before, string[] after, List<int[]> rounds)
    {
        List<(LineChange, string)> found = [];
        int x = before.Length, y = after.Length;
        for (int changes = rounds.Count - 1; changes >= 0; changes--)
        {
            // A round's array holds the diagonals from -changes to changes + 1, as they were before it.
            int[] reach = rounds[changes];
            int diagonal = x - y;
            bool down = diagonal == -changes || (diagonal != changes && reach[changes + diagonal - 1] < reach[changes + diagonal + 1]);
            int from = changes == 0 ? 0 : down ? diagonal + 1 : diagonal - 1;
            int fromX = changes == 0 ? 0 : reach[changes + from], fromY = fromX - from;
            for (; x > fromX && y > fromY; x--, y--)
                found.Add((LineChange.Same, before[x - 1]));
            if (changes > 0)
                found.Add(down ? (LineChange.Added, after[--y]) : (LineChange.Removed, before[--x]));
        }
        found.Reverse();
        return found;
    }
}
