using EksTools.Access;

namespace EksTools.Core.Access.Conversion;

/// <summary>The rows as they stand while the plan runs: what steps find and do is known here, from whichever thread.</summary>
internal sealed class ConversionProgress(IReadOnlyList<RowConversion> planned)
{
    private readonly object gate = new();
    private readonly RowConversion[] rows = [.. planned];

    /// <summary>The rows as of now.</summary>
    public IReadOnlyList<RowConversion> Rows
    {
        get
        {
            lock (gate)
            {
                return [.. rows];
            }
        }
    }

    /// <summary>An entry stands.</summary>
    public void Done(EntryWish wish, EntryDelta change) => Set(wish, row => row with { Change = change });

    /// <summary>An entry cannot be had after all; rows that say the same share the reason.</summary>
    public void Obstruct(EntryWish wish, string obstacle)
    {
        Set(wish, row => row with { Obstacle = obstacle });
        lock (gate)
        {
            for (int index = 0; index < rows.Length; index++)
            {
                if (rows[index].SameAs == wish.Principal.Key)
                {
                    rows[index] = rows[index] with { Obstacle = obstacle };
                }
            }
        }
    }

    /// <summary>A row stays in aws-auth after all.</summary>
    public void Keep(EksIamMapping row, string why)
    {
        lock (gate)
        {
            int index = Array.FindIndex(rows, other => ReferenceEquals(other.Row, row));
            rows[index] = rows[index] with { Stays = why };
        }
    }

    private void Set(EntryWish wish, Func<RowConversion, RowConversion> change)
    {
        lock (gate)
        {
            int index = Array.FindIndex(rows, row => row.Wish?.Principal.Key == wish.Principal.Key);
            rows[index] = change(rows[index]);
        }
    }
}
