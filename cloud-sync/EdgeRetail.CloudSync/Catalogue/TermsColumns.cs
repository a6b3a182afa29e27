using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using Npgsql;

namespace EdgeRetail.CloudSync.Catalogue;

/// <summary>Tax and pack of a product in its row.</summary>
static class TermsColumns
{
    public const string Names = "tax_rate_id, tax_hundredths, tax_inclusive, tax_rounding, pack_product, pack_content";

    /// <summary>The terms, from the first of their columns on.</summary>
    public static ProductTerms Read(NpgsqlDataReader row, int column) => new(
        row.IsDBNull(column) ? null : new(row.GetString(column), row.GetInt32(column + 1), row.GetBoolean(column + 2), (TaxRounding)row.GetInt16(column + 3)),
        row.IsDBNull(column + 4) ? null : new(ProductCode.Parse(row.GetString(column + 4)), row.GetInt64(column + 5)));
}
