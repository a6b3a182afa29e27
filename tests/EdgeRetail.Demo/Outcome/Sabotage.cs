using Npgsql;

namespace EdgeRetail.Demo.Outcome;

/// <summary>Corrupts one thing in PostgreSQL behind the product's back: a check that stays green after it proves nothing.</summary>
static class Sabotage
{
    public static readonly IReadOnlyList<string> Kinds = ["lose", "double", "reorder", "drift"];

    /// <summary>The sale in the middle of the first store's journal.</summary>
    const string Victim = "(SELECT entry_id FROM journal WHERE store_id = 1 AND kind = 20 AND quarantine_code IS NULL ORDER BY received_at_version OFFSET (SELECT count(*) / 2 FROM journal WHERE store_id = 1 AND kind = 20) LIMIT 1)";

    const string LoseSql = $"DELETE FROM journal WHERE store_id = 1 AND entry_id = {Victim}";

    // The same sale a second time, in the other store, with its effect on the stock there.
    const string DoubleSql = $"""
        CREATE TEMP TABLE victim AS SELECT entry_id, (SELECT version + 1 FROM store_head WHERE store_id = 2) AS version FROM journal WHERE store_id = 1 AND entry_id = {Victim};
        INSERT INTO journal (store_id, entry_id, device_id, stream_id, sequence, kind, schema_version, bytes, hash, received_at_ms, received_at_version, merged_at_version,
                             effective_time, effective_time_source, business_date)
            SELECT 2, j.entry_id, j.device_id, j.stream_id, j.sequence + 1000000, j.kind, j.schema_version, j.bytes, j.hash, j.received_at_ms, v.version, v.version,
                   j.effective_time, j.effective_time_source, j.business_date FROM journal j JOIN victim v USING (entry_id) WHERE j.store_id = 1;
        INSERT INTO effect (store_id, version, ordinal, entry_id, product, delta, on_hand)
            SELECT 2, v.version, e.ordinal, e.entry_id, e.product, e.delta, coalesce(s.on_hand, 0) + e.delta
            FROM effect e JOIN victim v USING (entry_id) LEFT JOIN stock s ON s.store_id = 2 AND s.product = e.product WHERE e.store_id = 1;
        UPDATE stock s SET on_hand = e.on_hand, version = e.version FROM effect e JOIN victim v USING (entry_id, version) WHERE e.store_id = 2 AND s.store_id = 2 AND s.product = e.product;
        UPDATE store_head SET version = version + 1 WHERE store_id = 2
        """;

    // Past a free number: the two never stand at one sequence together.
    const string ReorderSql = $"""
        CREATE TEMP TABLE pair AS SELECT j.stream_id, j.sequence FROM journal j WHERE j.store_id = 1 AND j.entry_id = {Victim};
        UPDATE journal j SET sequence = -1 FROM pair p WHERE j.stream_id = p.stream_id AND j.sequence = p.sequence;
        UPDATE journal j SET sequence = p.sequence FROM pair p WHERE j.stream_id = p.stream_id AND j.sequence = p.sequence - 1;
        UPDATE journal j SET sequence = p.sequence - 1 FROM pair p WHERE j.stream_id = p.stream_id AND j.sequence = -1
        """;

    const string DriftSql = "UPDATE stock SET on_hand = on_hand + 1000 WHERE store_id = 1 AND product = (SELECT product FROM stock WHERE store_id = 1 ORDER BY version DESC, product LIMIT 1)";

    /// <summary>Does it and says in a sentence what.</summary>
    public static async Task<string> CommitAsync(string kind, string connectionString, CancellationToken cancellationToken)
    {
        var (sql, words) = kind switch
        {
            "lose" => (LoseSql, "one sale is deleted from the journal"),
            "double" => (DoubleSql, "one sale is counted a second time, in the other store"),
            "reorder" => (ReorderSql, "two sales of one kiosk change places"),
            "drift" => (DriftSql, "one stock figure is raised by one piece"),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var command = new NpgsqlCommand(sql, connection, transaction))
        {
            if (await command.ExecuteNonQueryAsync(cancellationToken) == 0) throw new InvalidOperationException($"The sabotage '{kind}' found nothing to corrupt.");
        }

        await transaction.CommitAsync(cancellationToken);
        return words;
    }
}
