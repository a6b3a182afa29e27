using System.Data.Common;
using EdgeRetail.Checker.Cloud;
using EdgeRetail.Checker.Ledgers;

namespace EdgeRetail.Checker.Passes;

/// <summary>S14 for the catalogue: each device's products are what the cloud's feed says up to its cursor.</summary>
sealed class CataloguePass(CloudSnapshot snapshot, CloudState cloud, IReadOnlyList<Ledger> ledgers, Verdicts verdicts)
{
    const string CloudSql = """
        SELECT code, coalesce(name, ''), coalesce(brand, ''), coalesce(size, ''), price_minor, currency, unit::int, version, deleted,
               tax_rate_id, tax_hundredths, tax_inclusive, tax_rounding::int, pack_product, pack_content
        FROM product ORDER BY code COLLATE "C"
        """;

    const string CacheSql = """
        SELECT code, coalesce(name, ''), coalesce(brand, ''), coalesce(size, ''), price_minor, currency, unit, version, 0,
               tax_rate_id, tax_hundredths, tax_inclusive, tax_rounding, pack_product, pack_content
        FROM cache_product ORDER BY code
        """;

    const string CommitSql = "SELECT version, hash FROM catalogue_commit";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var commits = (await snapshot.RowsAsync(CommitSql, reader => (reader.GetInt64(0), JournalRow.ReadDigest(reader, 1)), cancellationToken)).ToDictionary(commit => commit.Item1, commit => commit.Item2);
        foreach (var ledger in ledgers)
        {
            var (version, hash) = ledger.CatalogueFeed;
            if (version > cloud.CatalogueHead.Version) verdicts["S14"].Broken($"{ledger}: its catalogue feed stands at {version}, the cloud's at {cloud.CatalogueHead.Version}");
            else if (version > 0 && (!commits.TryGetValue(version, out var expected) || expected != hash)) verdicts["S14"].Broken($"{ledger}: the catalogue feed at {version} has hash {hash}, the cloud has no such commit");
            await CompareAsync(ledger, cancellationToken);
        }
    }

    async Task CompareAsync(Ledger ledger, CancellationToken cancellationToken)
    {
        await using var products = await snapshot.CursorAsync(CloudSql, Product.Read, cancellationToken);
        await using var cached = await Cursor<Product>.OpenAsync(ledger.Command(CacheSql), Product.Read, cancellationToken);
        while (products.HasRow || cached.HasRow)
        {
            var order = !products.HasRow ? 1 : !cached.HasRow ? -1 : string.CompareOrdinal(products.Row.Code, cached.Row.Code);
            // Above the cursor the cloud has the newest version only: what the device holds of it cannot be judged.
            if (order < 0 && products.Row is { Deleted: false } missing && missing.Version <= ledger.CatalogueFeed.Version) verdicts["S14"].Broken($"{ledger}: its catalogue lacks {missing.Code} of version {missing.Version}");
            if (order > 0) verdicts["S14"].Broken($"{ledger}: its catalogue has {cached.Row.Code}, the cloud's has not");
            if (order == 0 && products.Row.Version <= ledger.CatalogueFeed.Version && products.Row != cached.Row)
                verdicts["S14"].Broken($"{ledger}: its catalogue has {cached.Row}, the cloud's {products.Row}");
            if (order <= 0) await products.MoveAsync(cancellationToken);
            if (order >= 0) await cached.MoveAsync(cancellationToken);
        }
    }

    sealed record Product(string Code, string Name, string Brand, string Size, long? PriceMinor, string? Currency, long Unit, long Version, bool Deleted, string Tax, string Pack)
    {
        public static Product Read(DbDataReader reader) => new(
            reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetInt64(4), reader.IsDBNull(5) ? null : reader.GetString(5),
            Convert.ToInt64(reader.GetValue(6), System.Globalization.CultureInfo.InvariantCulture), reader.GetInt64(7), IsTrue(reader, 8),
            reader.IsDBNull(9) ? "" : FormattableString.Invariant($"{reader.GetString(9)} {reader.GetValue(10)} {IsTrue(reader, 11)} {reader.GetValue(12)}"),
            reader.IsDBNull(13) ? "" : FormattableString.Invariant($"{reader.GetValue(14)} of {reader.GetString(13)}"));

        static bool IsTrue(DbDataReader reader, int column) => reader.GetValue(column) is true or 1L or 1;
    }
}
