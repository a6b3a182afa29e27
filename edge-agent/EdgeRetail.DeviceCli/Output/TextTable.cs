using System.Globalization;
using System.Text;

namespace EdgeRetail.DeviceCli.Output;

/// <summary>
/// A table of at most 80 columns, counted as a terminal shows them. Where it would be wider the widest cells of text are cut,
/// figures never. Control characters do not reach the terminal.
/// </summary>
sealed class TextTable(params string[] header)
{
    public const int WidthMax = 80;

    const string Gap = "  ";
    const int CellWidthMin = 4;

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
        rows.Add([.. cells.Select(Printable)]);
    }

    public void WriteTo(TextWriter writer)
    {
        var widths = Widths();
        WriteRow(writer, header, widths);
        writer.WriteLine(string.Join(Gap, widths.Select(width => new string('-', width))));
        foreach (var row in rows) WriteRow(writer, row, widths);
    }

    /// <summary>The text without anything that a terminal would take for a command.</summary>
    public static string Printable(string text)
    {
        if (!text.Any(IsControl)) return text;
        var printable = new StringBuilder(text);
        for (var i = 0; i < printable.Length; i++)
        {
            if (IsControl(printable[i])) printable[i] = ' ';
        }

        return printable.ToString();
    }

    /// <summary>How many columns a terminal gives the text: two for wide letters, none for marks that combine.</summary>
    public static int Width(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes()) width += Width(rune);
        return width;
    }

    // Format characters turn the direction of what follows; the others move the cursor.
    static bool IsControl(char character) => char.IsControl(character) || char.GetUnicodeCategory(character) == UnicodeCategory.Format;

    static int Width(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        _ => rune.Value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F)
            or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD) ? 2 : 1,
    };

    int[] Widths()
    {
        var widths = new int[header.Length];
        for (var i = 0; i < widths.Length; i++) widths[i] = Math.Max(Width(header[i]), rows.Count == 0 ? 0 : rows.Max(row => Width(row[i])));
        while (widths.Sum() + (Gap.Length * (widths.Length - 1)) > WidthMax)
        {
            var widest = Enumerable.Range(0, widths.Length).Where(i => !figures.Contains(i)).OrderByDescending(i => widths[i]).DefaultIfEmpty(-1).First();
            if (widest < 0 || widths[widest] <= CellWidthMin) break;
            widths[widest]--;
        }

        return widths;
    }

    void WriteRow(TextWriter writer, string[] cells, int[] widths) =>
        writer.WriteLine(string.Join(Gap, cells.Select((cell, i) => Fitted(cell, widths[i], figures.Contains(i)))).TrimEnd());

    static string Fitted(string cell, int width, bool right)
    {
        var own = Width(cell);
        if (own <= width) return right ? new string(' ', width - own) + cell : cell + new string(' ', width - own);
        var cut = new StringBuilder();
        var used = 0;
        foreach (var rune in cell.EnumerateRunes())
        {
            if (used + Width(rune) > width - 1) break;
            cut.Append(rune);
            used += Width(rune);
        }

        return cut + "…" + new string(' ', width - used - 1);
    }
}
