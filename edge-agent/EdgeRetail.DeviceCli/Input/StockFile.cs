using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Input;

/// <summary>A CSV of the first stock: code and quantity, separated by comma, semicolon or tab, a header or none.</summary>
sealed record StockFile(IReadOnlyList<StockLineRequest> Lines, IReadOnlyList<BadLine> BadLines, Guid CommandId)
{
    public const int BytesMax = 16 * 1024 * 1024;

    static readonly string[] QuantityWords = ["quantity", "qty", "menge", "stock", "on hand", "onhand"];

    /// <summary>
    /// Reads the whole file before anything is recorded. The command id is made of the content: the same file again gives the
    /// same command, so an interrupted load goes on and a finished one is not counted twice.
    /// </summary>
    public static StockFile Read(byte[] bytes)
    {
        string text;
        try
        {
            text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return new([], [new(1, "FILE_NOT_UTF8", "The file is not UTF-8 text.")], Guid.Empty);
        }

        var lines = new List<StockLineRequest>();
        var bad = new List<BadLine>();
        var firstLineOf = new Dictionary<string, int>(StringComparer.Ordinal);
        var rows = text.Split('\n');
        var separator = Separator(rows[0]);
        for (var i = 0; i < rows.Length; i++)
        {
            var row = rows[i].TrimEnd('\r');
            if (row.Trim().Length == 0) continue;
            var fields = Fields(row, separator);
            if (i == 0 && fields.Count >= 2 && QuantityWords.Contains(fields[1].Trim().ToLowerInvariant())) continue;
            if (Fault(fields, i + 1, firstLineOf) is { } fault) bad.Add(fault);
            else lines.Add(new(fields[0].Trim(), Thousandths(fields[1])!.Value));
        }

        if (lines.Count == 0 && bad.Count == 0) bad.Add(new(1, "FILE_EMPTY", "The file holds no line."));
        return new(lines, bad, new Guid(SHA256.HashData(bytes).AsSpan(0, 16)));
    }

    static BadLine? Fault(List<string> fields, int number, Dictionary<string, int> firstLineOf)
    {
        if (fields.Count is < 2 or > 2) return new(number, "FIELDS_WRONG", $"The line has {(fields.Count == 1 ? "1 field" : $"{fields.Count} fields")}, not code and quantity.");
        var reading = ProductCode.Read(fields[0]);
        if (reading is ProductCodeReading.Refused refused) return new(number, refused.ErrorCode, refused.Message);
        if (Thousandths(fields[1]) is not { } quantity) return new(number, "QUANTITY_INVALID", $"'{fields[1].Trim()}' is no quantity.");
        var product = ((ProductCodeReading.Accepted)reading).Code;
        if (EntryRules.FirstViolation(Opening(product, quantity)) is { } violation) return new(number, violation.Code, violation.Message);
        return firstLineOf.TryAdd(product.Value, number) ? null : new(number, "PRODUCT_REPEATED", $"{product.Display} stands in line {firstLineOf[product.Value]} already.");
    }

    /// <summary>An opening of this line alone, to ask the rules that the ledger asks.</summary>
    static StockOpened Opening(ProductCode product, long quantity) => new(
        new EntryHeader(new(1), 1, new(1), "", default, DateTimeOffset.UnixEpoch, 0, 0, ClockQuality.Trusted, DateOnly.MinValue, ""), [new(product, new(quantity, Unit.Each))]);

    static long? Thousandths(string text) =>
        decimal.TryParse(text.Trim(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && Math.Abs(value) < 1_000_000_000_000m
        && value * 1000m == decimal.Truncate(value * 1000m)
            ? (long)(value * 1000m)
            : null;

    static char Separator(string row) => row.Contains('\t', StringComparison.Ordinal) ? '\t' : row.Contains(';', StringComparison.Ordinal) ? ';' : ',';

    static List<string> Fields(string row, char separator)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < row.Length; i++)
        {
            if (row[i] == '"' && quoted && i + 1 < row.Length && row[i + 1] == '"') field.Append(row[++i]);
            else if (row[i] == '"') quoted = !quoted;
            else if (row[i] == separator && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else field.Append(row[i]);
        }

        fields.Add(field.ToString());
        return fields;
    }
}
