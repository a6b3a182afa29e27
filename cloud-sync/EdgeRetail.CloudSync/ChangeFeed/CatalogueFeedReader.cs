using EdgeRetail.CloudSync.Catalogue;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.Contracts.Wire;
using Google.Protobuf;
using Npgsql;
using static EdgeRetail.CloudSync.Storage.NpgsqlBatchExtensions;

namespace EdgeRetail.CloudSync.ChangeFeed;

/// <summary>
/// Reads the catalogue's feed in pages that end at commits. Only the latest version of a row is there: one that changed
/// again since stands further on, and who follows the feed to its head has them all.
/// </summary>
public sealed class CatalogueFeedReader(CloudDatabase database)
{
    public const int PageRows = 2_000;

    const string BeginSql = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    const string CommitSql = "COMMIT";

    const string ReadHeadSql = "SELECT h.version, c.hash, h.checksum FROM catalogue_head h LEFT JOIN catalogue_commit c ON c.version = $1";

    const string ReadEndSql = """
        SELECT version, hash FROM (
            SELECT version, hash, sum(row_count) OVER (ORDER BY version) AS rows, row_number() OVER (ORDER BY version) AS ordinal
            FROM (SELECT version, hash, row_count FROM catalogue_commit WHERE version > $1 ORDER BY version LIMIT $2) AS ahead) AS page
        WHERE rows <= $2 OR ordinal = 1
        ORDER BY version DESC LIMIT 1
        """;

    const string ReadProductsSql = $"""
        SELECT version, code, name, brand, size, price_minor, currency, unit, deleted, {TermsColumns.Names} FROM product
        WHERE version > $1 AND version <= (
            SELECT version FROM (
                SELECT version, sum(row_count) OVER (ORDER BY version) AS rows, row_number() OVER (ORDER BY version) AS ordinal
                FROM (SELECT version, row_count FROM catalogue_commit WHERE version > $1 ORDER BY version LIMIT $2) AS ahead) AS page
            WHERE rows <= $2 OR ordinal = 1
            ORDER BY version DESC LIMIT 1)
        ORDER BY version
        """;

    /// <summary>
    /// The page after the cursor; at the head it has no rows and the cursor's own version. One that reaches the head has the
    /// catalogue's checksum: before it, rows that changed again since are missing, and what a reader holds of them is of no one sum.
    /// </summary>
    public Task<FeedPage> ReadAsync(ReadCursor cursor, CancellationToken cancellationToken) =>
        database.ReadFeedsAsync(connection => ReadAsync(connection, cursor), cancellationToken);

    async Task<FeedPage> ReadAsync(NpgsqlConnection connection, ReadCursor cursor)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(BeginSql);
        batch.Add(ReadHeadSql, Parameter(cursor.Version));
        batch.Add(ReadEndSql, Parameter(cursor.Version), Parameter((long)PageRows));
        batch.Add(ReadProductsSql, Parameter(cursor.Version), Parameter((long)PageRows));
        batch.Add(CommitSql);
        await using var reader = await batch.ExecuteReaderAsync();

        var (head, hash, checksum) = await reader.ReadAsync()
            ? (reader.GetInt64(0), await reader.IsDBNullAsync(1) ? null : reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2))
            : (0, null, []);
        if (head < cursor.Version || !cursor.IsOf(hash)) return new FeedPage.BehindCursor(head);
        var page = new Page
        {
            Feed = FeedKind.Catalogue, FromVersion = (ulong)cursor.Version, ToVersion = (ulong)cursor.Version, Hash = UnsafeByteOperations.UnsafeWrap(cursor.Hash.ToByteArray()),
        };
        await reader.NextResultAsync();
        if (await reader.ReadAsync())
        {
            page.ToVersion = (ulong)reader.GetInt64(0);
            page.Hash = UnsafeByteOperations.UnsafeWrap(reader.GetFieldValue<byte[]>(1));
        }

        await reader.NextResultAsync();
        while (await reader.ReadAsync())
        {
            page.Products.Add(Product(reader));
        }

        var atHead = page.ToVersion == (ulong)head;
        if (atHead) page.Checksum = UnsafeByteOperations.UnsafeWrap(checksum);
        page.Check = PageCheck.Of(page);
        return new FeedPage.Read(page, atHead);
    }

    /// <summary>A row of version, code, name, brand, size, price, currency, unit, whether it is deleted, tax and pack.</summary>
    internal static ProductVersion Product(NpgsqlDataReader reader)
    {
        var product = new ProductVersion
        {
            Version = (ulong)reader.GetInt64(0), Code = reader.GetString(1), Name = reader.GetString(2), Brand = reader.GetString(3), Size = reader.GetString(4),
            PriceMinor = reader.GetInt64(5), Currency = reader.GetString(6), Unit = (QuantityUnit)reader.GetInt16(7), Deleted = reader.GetBoolean(8),
        };
        return product.Deleted ? product : PageCheck.With(product, TermsColumns.Read(reader, 9));
    }
}
