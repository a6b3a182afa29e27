using EdgeRetail.CloudSync.Catalogue;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.Contracts.Wire;
using Google.Protobuf;
using Npgsql;
using WireRow = EdgeRetail.Contracts.Sync.V1.StockRow;
using static EdgeRetail.CloudSync.Storage.NpgsqlBatchExtensions;

namespace EdgeRetail.CloudSync.ChangeFeed;

/// <summary>
/// Reads a store's stock rows, or the catalogue's, in key order, page by page, for a device that reads its cache anew or compares a range of it.
/// Rows and head of a page are of one database snapshot, and nothing is kept between two pages: the next may be of another
/// snapshot and another replica, and the device lays the feed over them.
/// </summary>
public sealed class SnapshotReader(CloudDatabase database)
{
    public const int PageRows = 2_000;

    /// <summary>A page has so many registers at most, each within a few hundred bytes.</summary>
    public const int RegistersMax = 2_000;

    const string BeginSql = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    const string CommitSql = "COMMIT";

    const string ReadHeadSql = "SELECT version, hash FROM store_head WHERE store_id = $1";

    const string CountSql = "SELECT count(*) FROM stock WHERE store_id = $1 AND $2";

    const string ReadRowsSql = """
        SELECT product, on_hand, version FROM stock
        WHERE store_id = $1 AND product > $2 AND ($3 = '' OR product <= $3)
        ORDER BY product LIMIT $4
        """;

    const string ReadRegistersSql = $"""
        SELECT {RegisterRows.Columns} {RegisterRows.From}
        WHERE r.store_id = $1 AND r.product > $2 AND ($3 = '' OR r.product <= $3)
        ORDER BY r.product, r.field LIMIT $4
        """;

    const string ReadCatalogueHeadSql = "SELECT h.version, c.hash FROM catalogue_head h LEFT JOIN catalogue_commit c ON c.version = h.version";

    const string CountProductsSql = "SELECT count(*) FROM product WHERE NOT deleted AND $1";

    const string ReadProductsSql = $"""
        SELECT version, code, name, brand, size, price_minor, currency, unit, deleted, {TermsColumns.Names} FROM product
        WHERE code > $1 AND ($2 = '' OR code <= $2) AND NOT deleted
        ORDER BY code LIMIT $3
        """;

    /// <summary>
    /// The rows after the key asked for, so many at most; for a range whose checksum is the device's own, only that it is equal.
    /// How many there are in all is counted for the first page of a reading alone.
    /// </summary>
    public Task<SnapshotPage> ReadAsync(StoreId store, SnapshotRead read, CancellationToken cancellationToken) =>
        database.ReadFeedsAsync(connection => read.Feed == FeedKind.Catalogue ? ReadCatalogueAsync(connection, read) : ReadStockAsync(connection, store, read), cancellationToken);

    static async Task<SnapshotPage> ReadCatalogueAsync(NpgsqlConnection connection, SnapshotRead read)
    {
        var compares = read.Checksum.Length > 0;
        var rowsMax = RowsMax(read);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(BeginSql);
        batch.Add(ReadCatalogueHeadSql);
        batch.Add(CountProductsSql, Parameter(read.AfterKey.Length == 0 && !compares));
        batch.Add(ReadProductsSql, Parameter(read.AfterKey), Parameter(read.LastKey), Parameter((long)rowsMax + 1));
        batch.Add(CommitSql);
        await using var reader = await batch.ExecuteReaderAsync();

        var page = new SnapshotPage { Feed = FeedKind.Catalogue, AfterKey = read.AfterKey, LastKey = read.LastKey, Head = new() };
        if (await reader.ReadAsync() && reader.GetInt64(0) > 0)
            page.Head = new() { Version = (ulong)reader.GetInt64(0), Hash = UnsafeByteOperations.UnsafeWrap(reader.GetFieldValue<byte[]>(1)) };
        await reader.NextResultAsync();
        if (await reader.ReadAsync()) page.RowsTotal = (ulong)reader.GetInt64(0);
        await reader.NextResultAsync();
        var checksum = CatalogueChecksum.Empty;
        var isWhole = true;
        while (isWhole && await reader.ReadAsync())
        {
            // There is more in the range than goes into one page: it speaks for what it holds.
            isWhole = page.Products.Count < rowsMax;
            if (isWhole) page.Products.Add(CatalogueFeedReader.Product(reader));
            else page.LastKey = page.Products[^1].Code;
        }

        if (compares && isWhole)
        {
            foreach (var product in page.Products) checksum = checksum.With(PageCheck.Content(product));
            page.Equal = read.Checksum.Span.SequenceEqual(checksum.ToByteArray());
            if (page.Equal) page.Products.Clear();
        }

        page.Check = PageCheck.Of(page);
        return page;
    }

    static int RowsMax(SnapshotRead read) => read.RowsMax is > 0 and < PageRows ? (int)read.RowsMax : PageRows;

    static async Task<SnapshotPage> ReadStockAsync(NpgsqlConnection connection, StoreId store, SnapshotRead read)
    {
        var compares = read.Checksum.Length > 0;
        var rowsMax = RowsMax(read);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(BeginSql);
        batch.Add(ReadHeadSql, Parameter(store.Value));
        batch.Add(CountSql, Parameter(store.Value), Parameter(read.AfterKey.Length == 0 && !compares));
        batch.Add(ReadRowsSql, Parameter(store.Value), Parameter(read.AfterKey), Parameter(read.LastKey), Parameter((long)rowsMax + 1));
        batch.Add(ReadRegistersSql, Parameter(store.Value), Parameter(read.AfterKey), Parameter(read.LastKey), Parameter(compares ? 0L : RegistersMax + 1));
        batch.Add(CommitSql);
        await using var reader = await batch.ExecuteReaderAsync();

        var page = new SnapshotPage { Feed = FeedKind.Store, Store = (uint)store.Value, AfterKey = read.AfterKey, LastKey = read.LastKey, Head = new() };
        if (await reader.ReadAsync())
            page.Head = new() { Version = (ulong)reader.GetInt64(0), Hash = UnsafeByteOperations.UnsafeWrap(reader.GetFieldValue<byte[]>(1)) };
        await reader.NextResultAsync();
        if (await reader.ReadAsync()) page.RowsTotal = (ulong)reader.GetInt64(0);
        await reader.NextResultAsync();
        var checksum = StockChecksum.Empty;
        while (await reader.ReadAsync())
        {
            if (page.Stock.Count == rowsMax)
            {
                // There is more in the range than goes into one page: it speaks for what it holds.
                page.LastKey = page.Stock[^1].Product;
                break;
            }

            var row = new WireRow { Product = reader.GetString(0), OnHandThousandths = reader.GetInt64(1), Version = (ulong)reader.GetInt64(2) };
            page.Stock.Add(row);
            if (compares) checksum = checksum.With(ProductCode.Parse(row.Product), row.OnHandThousandths, (long)row.Version);
        }

        var isWhole = page.LastKey == read.LastKey;
        if (compares)
        {
            if (!isWhole || !read.Checksum.Span.SequenceEqual(checksum.ToByteArray())) return page;
            page.Stock.Clear();
            page.Equal = true;
            return page;
        }

        await reader.NextResultAsync();
        await RegisterRows.AddAsync(reader, page.ProductEdits);
        Cut(page);
        return page;
    }

    /// <summary>Takes from the page what does not fit: registers of products behind its last row, and more of them than a page holds.</summary>
    static void Cut(SnapshotPage page)
    {
        if (page.ProductEdits.Count > RegistersMax)
        {
            // The last product may have more fields than were read: the page ends before it.
            var last = page.ProductEdits[^1].Product;
            var whole = page.ProductEdits.Last(row => row.Product != last).Product;
            if (page.LastKey.Length == 0 || string.CompareOrdinal(whole, page.LastKey) < 0) page.LastKey = whole;
        }

        if (page.LastKey.Length == 0) return;
        Keep(page.Stock, row => string.CompareOrdinal(row.Product, page.LastKey) <= 0);
        Keep(page.ProductEdits, row => string.CompareOrdinal(row.Product, page.LastKey) <= 0);
    }

    static void Keep<T>(Google.Protobuf.Collections.RepeatedField<T> rows, Func<T, bool> fits)
    {
        for (var i = rows.Count - 1; i >= 0 && !fits(rows[i]); i--) rows.RemoveAt(i);
    }

    /// <summary>What is wrong with a question; null where it can be answered.</summary>
    public static string? Fault(SnapshotRead read) =>
        read.Feed is not (FeedKind.Store or FeedKind.Catalogue) ? $"The {read.Feed} feed has no snapshot."
        : !IsKey(read.AfterKey) || !IsKey(read.LastKey) ? "A key of a range is no product code."
        : read.Checksum.Length is not (0 or StockChecksum.Length) ? $"A checksum has {StockChecksum.Length} bytes, not {read.Checksum.Length}."
        : null;

    static bool IsKey(string key) => key.Length == 0 || (ProductCode.Read(key) is ProductCodeReading.Accepted accepted && accepted.Code.Value == key);
}
