using System.Globalization;
using EdgeRetail.Demo.Sales;

namespace EdgeRetail.Demo.Replay;

/// <summary>The catalogue as the CSV that <c>cloud-sync catalogue import</c> reads.</summary>
static class CatalogueCsv
{
    const string Header = "gtin,name,brand,size,price,unit";

    public static void Write(TextWriter output, IEnumerable<CatalogueLine> products, SalesMapping mapping)
    {
        output.Write(Header + "\n");
        foreach (var product in products)
            output.Write($"{Quote(product.Code)},{Quote(product.Name)},{Quote(product.Brand)},{Quote(product.Size)},{(product.PriceMinor / mapping.MinorPerMajor).ToString($"F{mapping.MinorDigits}", CultureInfo.InvariantCulture)},{product.Unit}\n");
    }

    public static IReadOnlyList<CatalogueLine> Read(TextReader input) =>
        [.. CsvFile.Read(input, ',').Skip(1).Select(row => new CatalogueLine(
            row.Fields[0], row.Fields[1], row.Fields[2], row.Fields[3], (long)(decimal.Parse(row.Fields[4], CultureInfo.InvariantCulture) * 100), row.Fields[5]))];

    static string Quote(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
