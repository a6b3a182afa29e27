using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>Products as the table gives them, row by row and unjudged, and their checksums.</summary>
static class CatalogueSums
{
    /// <summary>The columns that <see cref="Read"/> reads.</summary>
    public const string Columns = $"code, name, brand, size, price_minor, currency, unit, version, {TermsColumns.Names}";

    const int TermsColumn = 8;

    const string ReadSql = $"SELECT {Columns} FROM cache_product WHERE code > $after ORDER BY code";

    /// <summary>Of all rows.</summary>
    public static CatalogueChecksum Of(Connection snapshot) => Of(snapshot, "", long.MaxValue).Checksum;

    /// <summary>
    /// Of so many rows after a code, and those behind them up to one that is a product's: the cloud is asked by such alone. The
    /// last key is empty where no more follow.
    /// </summary>
    public static CatalogueRange Of(Connection snapshot, string after, long rowsMax)
    {
        var checksum = CatalogueChecksum.Empty;
        var count = 0L;
        using var rows = snapshot.Prepare(ReadSql);
        rows.Bind("$after", after);
        while (rows.Step())
        {
            var content = Read(rows);
            checksum = checksum.With(content);
            if (++count >= rowsMax && IsCode(content.Code)) return new(after, content.Code, checksum);
        }

        return new(after, "", checksum);
    }

    /// <summary>A row whose tax or pack is not as it came is of a version that no product has: so it differs from the cloud's, and is corrected.</summary>
    public static ProductContent Read(Statement row, int column = 0)
    {
        var (code, version) = (row.Text(column), row.Int64(column + 7));
        return new(
            code, row.Text(column + 1), row.Text(column + 2), row.Text(column + 3), row.Int64(column + 4), row.Text(column + 5), (int)row.Int64(column + 6), Deleted: false,
            TermsColumns.Hold(row, column + TermsColumn, code, version) ? version : Rotted(version));
    }

    /// <summary>Below 0, and from it the version again.</summary>
    public static long Rotted(long version) => ~version;

    static bool IsCode(string text) => ProductCode.Read(text) is ProductCodeReading.Accepted accepted && accepted.Code.Value == text;
}
