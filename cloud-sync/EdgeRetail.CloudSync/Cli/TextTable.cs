namespace EdgeRetail.CloudSync.Cli;

/// <summary>A table of at most 80 columns: where it would be wider, the widest cells of text are cut, figures never.</summary>
sealed class TextTable(params string[] header)
{
    public const int WidthMax = 80;

    const string Gap = "  ";

    readonly List<string[]> rows = [];
    readonly HashSet<int> figures = [];

    /// <summary>Columns of figures stand to the right and are never cut.</summary>
    public TextTable Figures(params int[] columns)
    {
        figures.UnionWith(columns);
        return this;
    }

    public void Add(params string[] cells)
    {
        if (cells.Length != header.Length) throw new ArgumentException($"The table has {header.Length} columns, the row {cells.Length}.", nameof(cells));
        rows.Add(cells);
    }

    public void WriteTo(TextWriter writer)
    {
        var widths = Widths();
        WriteRow(writer, header, widths);
        writer.WriteLine(string.Join(Gap, widths.Select(width => new string('-', width))));
        foreach (var row in rows) WriteRow(writer, row, widths);
    }

    int[] Widths()
    {
        var widths = new int[header.Length];
        for (var i = 0; i < widths.Length; i++) widths[i] = Math.Max(header[i].Length, rows.Count == 0 ? 0 : rows.Max(row => row[i].Length));
        while (widths.Sum() + (Gap.Length * (widths.Length - 1)) > WidthMax)
        {
            var widest = Enumerable.Range(0, widths.Length).Where(i => !figures.Contains(i)).OrderByDescending(i => widths[i]).DefaultIfEmpty(-1).First();
            if (widest < 0 || widths[widest] <= 4) break;
            widths[widest]--;
        }

        return widths;
    }

    void WriteRow(TextWriter writer, string[] cells, int[] widths) =>
        writer.WriteLine(string.Join(Gap, cells.Select((cell, i) => Fitted(cell, widths[i], figures.Contains(i)))).TrimEnd());

    static string Fitted(string cell, int width, bool right) =>
        cell.Length > width ? cell[..(width - 1)] + "…" : right ? cell.PadLeft(width) : cell.PadRight(width);
}
