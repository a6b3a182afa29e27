namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>
/// The series that receipts are numbered in while nobody knows which numbers were given out: four characters by chance, a letter
/// first, so that it is never taken for one of the cloud's numbers. Pure.
/// </summary>
static class ProvisionalSeries
{
    const int Length = 4;
    const string Letters = "ABCDEFGHJKMNPQRSTUVWXYZ";

    // Without those that people read as one another: 0 and O, 1, I and L.
    const string Characters = Letters + "23456789";

    /// <param name="below">A number by chance from 0 to below its argument.</param>
    /// <param name="isTaken">Whether the ledger has receipts of a series.</param>
    public static string Draw(Func<int, int> below, Func<string, bool> isTaken)
    {
        while (true)
        {
            var series = string.Create(Length, below, static (text, below) =>
            {
                text[0] = Letters[below(Letters.Length)];
                for (var i = 1; i < text.Length; i++) text[i] = Characters[below(Characters.Length)];
            });
            if (!isTaken(series)) return series;
        }
    }

    /// <summary>Whether a series is one that a device gave itself.</summary>
    public static bool Is(string series) => series.Length > 0 && !char.IsAsciiDigit(series[0]);
}
