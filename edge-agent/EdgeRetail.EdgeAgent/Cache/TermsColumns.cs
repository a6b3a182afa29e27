using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>Tax and pack of a product in its row.</summary>
static class TermsColumns
{
    public const string Names = "tax_rate_id, tax_hundredths, tax_inclusive, tax_rounding, pack_product, pack_content, terms_check";

    public const int Count = 7;

    /// <summary>The terms; those that no product can have are none, as nothing can be sold by them.</summary>
    public static ProductTerms Read(Statement row, int column)
    {
        var tax = row.IsNull(column) ? null : new TaxRate(row.Text(column), Small(row.Int64(column + 1)), row.Int64(column + 2) == 1, (TaxRounding)Small(row.Int64(column + 3)));
        var pack = !row.IsNull(column + 4) && ProductCode.Read(row.Text(column + 4)) is ProductCodeReading.Accepted content ? new PackContent(content.Code, row.Int64(column + 5)) : null;
        return new(tax is { IsValid: true } ? tax : null, pack is { Thousandths: > 0 } ? pack : null);
    }

    /// <summary>Whether the terms are as they came.</summary>
    public static bool Hold(Statement row, int column, string code, long version) => unchecked((ulong)row.Int64(column + 6)) == Read(row, column).Check(code, version);

    public static Statement Bind(Statement save, ProductTerms terms, string code, long version)
    {
        var (tax, pack) = (terms.Tax, terms.Pack);
        return save
            .Bind("$tax", tax?.Id).Bind("$hundredths", tax?.Hundredths).Bind("$inclusive", tax is null ? (long?)null : tax.Inclusive ? 1 : 0).Bind("$rounding", (long?)tax?.Rounding)
            .Bind("$pack", pack?.Product.Value).Bind("$content", pack?.Thousandths).Bind("$check", unchecked((long)terms.Check(code, version)));
    }

    static int Small(long value) => (int)Math.Clamp(value, int.MinValue, int.MaxValue);
}
