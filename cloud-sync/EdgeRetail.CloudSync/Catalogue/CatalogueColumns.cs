using EdgeRetail.CloudSync.Operations;

namespace EdgeRetail.CloudSync.Catalogue;

/// <summary>Which field of a record holds what. Columns stand in any order, further ones are left alone.</summary>
sealed record CatalogueColumns(int Gtin, int Name, int? Brand, int? Size, int? Price, int? Unit, int Count)
{
    public const string TaxIdName = "tax_id";
    public const string TaxRateName = "tax_rate";
    public const string TaxInclusiveName = "tax_inclusive";
    public const string TaxRoundingName = "tax_rounding";
    public const string PackOfName = "pack_of";
    public const string PackContentName = "pack_content";

    public const string GtinName = "gtin";
    public const string NameName = "name";
    public const string BrandName = "brand";
    public const string SizeName = "size";
    public const string PriceName = "price";
    public const string UnitName = "unit";

    public static readonly IReadOnlyList<string> Names = [GtinName, NameName, BrandName, SizeName, PriceName, UnitName, TaxIdName, TaxRateName, TaxInclusiveName, TaxRoundingName, PackOfName, PackContentName];

    public int? TaxId { get; init; }

    public int? TaxRate { get; init; }

    public int? TaxInclusive { get; init; }

    public int? TaxRounding { get; init; }

    public int? PackOf { get; init; }

    public int? PackContent { get; init; }

    /// <summary>
    /// Finds the columns by the header, whatever their case. <paramref name="mapping"/> says what a column is called in
    /// this file where that is another name; the price may be missing where there is a default one.
    /// </summary>
    public static (CatalogueColumns? Columns, Problem? Problem) Find(IReadOnlyList<string> header, IReadOnlyDictionary<string, string> mapping, bool hasDefaultPrice)
    {
        var found = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < header.Count; i++)
        {
            if (header[i].Length > 0 && !found.TryAdd(header[i], i) && IsWanted(header[i], mapping))
                return (null, new("COLUMN_REPEATED", $"The header names the column '{header[i]}' twice.", "Rename one of them, or name the right one with --column."));
        }

        foreach (var (column, called) in mapping)
        {
            if (!found.ContainsKey(called)) return (null, Missing(called, $"which --column {column}={called} names", header));
        }

        if (IndexOf(GtinName) is not { } gtin) return (null, Missing(GtinName, "the product's GTIN or internal code", header));
        if (IndexOf(NameName) is not { } name) return (null, Missing(NameName, "the product's name", header));
        var price = IndexOf(PriceName);
        if (price is null && !hasDefaultPrice)
            return (null, Missing(PriceName, "the product's price", header) with { NextStep = "Say which column holds it with --column price=COLUMN, or give all products one price with --default-price." });
        var columns = new CatalogueColumns(gtin, name, IndexOf(BrandName), IndexOf(SizeName), price, IndexOf(UnitName), header.Count)
        {
            TaxId = IndexOf(TaxIdName), TaxRate = IndexOf(TaxRateName), TaxInclusive = IndexOf(TaxInclusiveName), TaxRounding = IndexOf(TaxRoundingName),
            PackOf = IndexOf(PackOfName), PackContent = IndexOf(PackContentName),
        };
        return (columns, null);

        int? IndexOf(string column) => found.TryGetValue(mapping.GetValueOrDefault(column, column), out var index) ? index : null;
    }

    static bool IsWanted(string name, IReadOnlyDictionary<string, string> mapping) =>
        Names.Any(column => string.Equals(mapping.GetValueOrDefault(column, column), name, StringComparison.OrdinalIgnoreCase));

    static Problem Missing(string column, string meaning, IReadOnlyList<string> header)
    {
        var names = string.Join(", ", header.Take(20).Select(name => name.Length > 40 ? name[..40] + "…" : name));
        return new("COLUMN_MISSING", $"The file has no column '{column}', {meaning}. Its header is: {names}.", $"Say which column holds it with --column {column.ToLowerInvariant()}=COLUMN; the separator is set with --separator.");
    }
}
