using EdgeRetail.CloudSync.CloudEntries;
using EdgeRetail.CloudSync.Operations.Exceptions;
using EdgeRetail.Contracts.Identifiers;
using Npgsql;

namespace EdgeRetail.CloudSync.Operations.Receipts;

/// <summary>Follows a receipt through the cloud. The journal is kept by store, so the question is one index look-up for each.</summary>
public sealed class ReceiptQueries(NpgsqlDataSource database, EntryQueries entries, ExceptionQueries exceptions, QuarantineSettling settling)
{
    const string FindSql = """
        select j.entry_id
        from store s
        cross join lateral (select entry_id, received_at_version from journal where store_id = s.store_id and receipt = @receipt) j
        order by s.store_id, j.received_at_version
        """;

    const string StreamSql = $"""
        select s.applied_through, s.durable_through, {DatabaseClock.NowMs} from stream s where s.stream_id = @streamId
        union all
        select s.applied_through, s.durable_through, {DatabaseClock.NowMs} from store_stream s where s.store_id = @storeId and s.stream_id = @streamId
        """;

    const string ReturnsSql = """
        select r.line_number, r.quantity, r.entry_id, j.kind, j.receipt, d.device_code, j.effective_time
        from returned_line r
        join journal j on j.store_id = r.store_id and j.entry_id = r.entry_id
        left join device d on d.device_id = j.device_id
        where r.store_id = @storeId and r.sale_entry_id = @entryId
        order by j.received_at_version, r.line_number
        """;

    /// <summary>Null where the text is neither a receipt number nor an entry id; without matches where no journal has it.</summary>
    /// <param name="asked">As printed (<c>T1-1-000042</c>), or what the QR code holds.</param>
    public async Task<ReceiptTrace?> TraceAsync(string asked, CancellationToken cancellationToken)
    {
        var text = asked.Trim();
        if (Guid.TryParse(text, out var entryId)) return await TraceAsync(text, [entryId], cancellationToken);
        if (ReceiptNumber.TryParse(text) is not { } receipt) return null;
        var found = new List<Guid>();
        await using (var command = database.CreateCommand(FindSql))
        {
            command.Parameters.Add(new NpgsqlParameter<string>("receipt", receipt.ToString()));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) found.Add(reader.GetGuid(0));
        }

        return await TraceAsync(receipt.ToString(), found, cancellationToken);
    }

    async Task<ReceiptTrace> TraceAsync(string asked, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        var matches = new List<ReceiptMatch>();
        var asOf = DateTimeOffset.UnixEpoch;
        foreach (var id in ids)
        {
            if (await entries.FindAsync(id, cancellationToken) is not { } entry) continue;
            var (applied, durable, now) = await StreamAsync(entry, cancellationToken);
            asOf = now;
            matches.Add(new(
                entry, applied, applied >= entry.Sequence, durable >= entry.Sequence, await ReturnsAsync(entry, cancellationToken), await settling.FindAsync(entry.StoreId, id, cancellationToken),
                await exceptions.OfEntryAsync(entry.StoreId, id, Subjects(entry), cancellationToken)));
        }

        return new(asked, asOf, matches);
    }

    /// <summary>What an exception about this entry may be about: its receipt, itself as a sale, each of its lines.</summary>
    static List<string> Subjects(EntryDetail entry)
    {
        var subjects = new List<string> { $"{entry.EntryId}" };
        if (entry.Content?.Receipt is { } receipt) subjects.Add(receipt);
        foreach (var line in entry.Content?.Lines ?? []) subjects.Add($"{entry.EntryId}/{line.Number}");
        return subjects;
    }

    async Task<(long? Applied, long? Durable, DateTimeOffset Now)> StreamAsync(EntryDetail entry, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(StreamSql);
        command.Parameters.Add(new NpgsqlParameter<Guid>("streamId", entry.StreamId));
        command.Parameters.Add(new NpgsqlParameter<int>("storeId", entry.StoreId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetInt64(0), reader.GetInt64(1), DatabaseClock.Time(reader.GetInt64(2))) : (null, null, entry.ReceivedAt);
    }

    async Task<IReadOnlyList<ReceiptReturn>> ReturnsAsync(EntryDetail entry, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReturnsSql);
        command.Parameters.Add(new NpgsqlParameter<int>("storeId", entry.StoreId));
        command.Parameters.Add(new NpgsqlParameter<Guid>("entryId", entry.EntryId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var returns = new List<ReceiptReturn>();
        while (await reader.ReadAsync(cancellationToken))
        {
            returns.Add(new(
                reader.GetInt32(0), reader.GetInt64(1) / 1000m, reader.GetGuid(2), EntryReading.KindName(reader.GetInt16(3)), reader.IsDBNull(4) ? null : reader.GetString(4),
                reader.IsDBNull(5) ? null : reader.GetString(5), DatabaseClock.Time(new Contracts.Clock.HybridTimestamp(reader.GetInt64(6)).Milliseconds)));
        }

        return returns;
    }
}
