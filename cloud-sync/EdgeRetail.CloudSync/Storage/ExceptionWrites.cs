using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Identifiers;
using Npgsql;
using static EdgeRetail.CloudSync.Storage.NpgsqlBatchExtensions;

namespace EdgeRetail.CloudSync.Storage;

/// <summary>What is written of exceptions in the transaction that merges; whoever calls holds the lock of the store head.</summary>
static class ExceptionWrites
{
    const string CloseSql = """
        UPDATE store_exception e SET closed_at_ms = $2, closed_at_version = c.version, closed_by = c.entry_id
        FROM unnest($3, $4, $5, $6) AS c (code, subject, version, entry_id)
        WHERE e.store_id = $1 AND e.code = c.code AND e.subject = c.subject AND e.closed_at_ms IS NULL
        """;

    /// <summary>A code that the catalogue has by now is nobody's business: the device had an older one.</summary>
    const string RaiseSql = """
        INSERT INTO store_exception (store_id, exception_id, code, subject, severity, device_id, entry_id, raised_at_version, raised_at_ms, detail, closed_at_ms, closed_at_version, closed_by)
        SELECT $1, n.exception_id, n.code, n.subject, n.severity, $2, n.entry_id, n.version, $3, n.detail, CASE WHEN n.closed_by IS NOT NULL THEN $3 END, n.closed_at_version, n.closed_by
        FROM unnest($4, $5, $6, $7, $8, $9, $10, $11, $12) AS n (exception_id, code, subject, severity, entry_id, version, detail, closed_at_version, closed_by)
        WHERE n.code <> 'UNKNOWN_PRODUCT' OR NOT EXISTS (SELECT 1 FROM product p WHERE p.code = n.subject AND NOT p.deleted)
        ON CONFLICT DO NOTHING
        """;

    const string KeepReturnedSql = "INSERT INTO returned_line (store_id, sale_entry_id, line_number, entry_id, quantity) SELECT $1, * FROM unnest($2, $3, $4, $5) ON CONFLICT DO NOTHING";

    /// <summary>Nothing, where nothing begins or ends.</summary>
    public static void AddExceptions(this NpgsqlBatch batch, StoreId store, DeviceId device, long atMs, IReadOnlyList<ClosedException> closed, IReadOnlyList<RaisedException> raised)
    {
        if (closed.Count > 0)
        {
            batch.Add(
                CloseSql, Parameter(store.Value), Parameter(atMs), Column(closed, each => each.Code), Column(closed, each => each.Subject),
                Column(closed, each => each.Closing.Version), Column(closed, each => each.Closing.Entry.Value));
        }

        if (raised.Count > 0)
        {
            batch.Add(
                RaiseSql, Parameter(store.Value), Parameter(device.Value), Parameter(atMs), Column(raised, each => each.Id), Column(raised, each => each.Code),
                Column(raised, each => each.Subject), Column(raised, each => ExceptionCode.SeverityOf(each.Code)), Column(raised, each => each.Entry.Value),
                Column(raised, each => each.Version), Column(raised, each => each.Detail), Column(raised, each => each.Closing?.Version), Column(raised, each => each.Closing?.Entry.Value));
        }
    }

    public static void AddReturnedLines(this NpgsqlBatch batch, StoreId store, IReadOnlyList<ReturnedLine> returned)
    {
        if (returned.Count == 0) return;
        batch.Add(
            KeepReturnedSql, Parameter(store.Value), Column(returned, each => each.Sale.Value), Column(returned, each => each.LineNumber),
            Column(returned, each => each.Entry.Value), Column(returned, each => each.QuantityThousandths));
    }
}
