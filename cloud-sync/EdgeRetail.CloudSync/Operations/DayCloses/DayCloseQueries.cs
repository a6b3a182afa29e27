using System.Globalization;
using EdgeRetail.CloudSync.DayCloses;
using EdgeRetail.Contracts.Certificates;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Wire;
using Npgsql;
using NpgsqlTypes;

namespace EdgeRetail.CloudSync.Operations.DayCloses;

/// <summary>Closes of tills as operators see them, the newest first.</summary>
public sealed class DayCloseQueries(NpgsqlDataSource database)
{
    public const int PageMax = 200;

    const string Columns = """
        c.entry_id, c.store_id, c.device_id, d.device_code, c.version, c.state, j.received_at_ms, c.answered_at_ms, c.answer, j.bytes
        from day_close c
        join journal j on j.store_id = c.store_id and j.entry_id = c.entry_id
        left join device d on d.device_id = c.device_id
        """;

    const string ListSql = $"""
        select {Columns}
        where c.store_id = @storeId and c.version < @before and (@state::smallint is null or c.state = @state)
        order by c.version desc
        limit @limit
        """;

    const string FindSql = $"select {Columns} where c.store_id = @storeId and c.entry_id = @entryId";

    const string StoresSql = "select store_id, count(*) filter (where state = 2), count(*) filter (where state in (0, 3)), count(*) from day_close group by store_id order by store_id";

    /// <summary>How a state is called; null where it is none.</summary>
    public static DayCloseState? ReadState(string text) => text switch
    {
        "waiting" => DayCloseState.Waiting,
        "certified" => DayCloseState.Certified,
        "gaps" => DayCloseState.Gaps,
        "waitsForKey" => DayCloseState.WaitsForKey,
        _ => null,
    };

    public static string StateName(DayCloseState state) => state switch
    {
        DayCloseState.Waiting => "waiting",
        DayCloseState.Certified => "certified",
        DayCloseState.Gaps => "gaps",
        _ => "waitsForKey",
    };

    /// <summary>At most <paramref name="limit"/> of a store; null where the cursor is none that an answer gave.</summary>
    public async Task<Page<DayCloseItem>?> ListAsync(int storeId, DayCloseState? state, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var before = long.MaxValue;
        if (cursor is not null && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before)) return null;
        await using var command = database.CreateCommand(ListSql);
        command.Parameters.Add(new NpgsqlParameter<int>("storeId", storeId));
        command.Parameters.Add(new NpgsqlParameter<long>("before", before));
        command.Parameters.Add(new NpgsqlParameter("state", NpgsqlDbType.Smallint) { Value = state is { } one ? (short)one : DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter<int>("limit", limit + 1));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var items = new List<DayCloseItem>();
        while (await reader.ReadAsync(cancellationToken)) items.Add(Read(reader).Item);
        var more = items.Count > limit;
        if (more) items.RemoveAt(limit);
        return new(items, more ? items[^1].Version.ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <summary>One close and, where it is certified, its certificate as a file; null where the store has no such close.</summary>
    public async Task<(DayCloseItem Item, string? Certificate)?> FindAsync(int storeId, Guid entryId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(FindSql);
        command.Parameters.Add(new NpgsqlParameter<int>("storeId", storeId));
        command.Parameters.Add(new NpgsqlParameter<Guid>("entryId", entryId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        var (item, answer) = Read(reader);
        return (item, answer?.Certificate is { } certificate ? DayCertificateFile.Write(certificate) : null);
    }

    /// <summary>How many closes of each store have gaps, wait, and there are.</summary>
    public async Task<IReadOnlyList<DayCloseStore>> StoresAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(StoresSql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var stores = new List<DayCloseStore>();
        while (await reader.ReadAsync(cancellationToken)) stores.Add(new(reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)));
        return stores;
    }

    static (DayCloseItem Item, DayCloseAnswer? Answer) Read(NpgsqlDataReader reader)
    {
        var answer = reader.IsDBNull(8) ? null : DayWire.ReadAnswer(reader.GetFieldValue<byte[]>(8));
        var close = (EntryCodec.Decode(reader.GetFieldValue<byte[]>(9)) as EntryDecoding.Decoded)?.Entry as BusinessDayClosed;
        var figures = close?.Figures;
        return (new(
            reader.GetGuid(0), reader.GetInt32(1), reader.GetInt32(2), reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetInt64(4), close?.Date, StateName((DayCloseState)reader.GetInt16(5)),
            DatabaseClock.Time(reader.GetInt64(6)), reader.IsDBNull(7) ? null : DatabaseClock.Time(reader.GetInt64(7)), figures?.EntryCount ?? 0, figures?.Digest.ToString() ?? "",
            [.. (figures?.Receipts ?? []).Select(range => new DayCloseReceipts(range.DeviceCode, range.Series, range.First, range.Last, range.Count))],
            [.. (figures?.Buckets ?? []).Select(bucket => new DayCloseBucket(bucket.Date, bucket.IsLate, bucket.EntryCount, [.. bucket.Totals.Select(Totals)]))],
            [.. (figures?.ExpectedCash() ?? []).Select(MoneyValue.Of)],
            [.. (answer?.Gaps ?? []).Select(Problem)],
            answer?.Certificate?.KeyId), answer);
    }

    static DayCloseProblem Problem(DayCloseGap gap) => gap.First == 0
        ? new(gap.Code, gap.Message, null, null, null, null)
        : new(gap.Code, gap.Message, gap.DeviceCode, gap.Series, gap.First, gap.Last);

    static DayCloseTotals Totals(DayTotals totals)
    {
        return new(
            totals.Sales, Value(totals.SalesMinor), totals.Refunds, Value(totals.RefundsMinor), totals.Voids, Value(totals.VoidsMinor),
            [.. totals.Tenders.Select(tender => new DayCloseTender(tender.Kind.ToString().ToLowerInvariant(), Value(tender.TakenMinor), Value(tender.GivenMinor)))],
            Value(totals.FloatMinor), Value(totals.CashInMinor), Value(totals.CashOutMinor), Value(totals.DropMinor));

        MoneyValue Value(long minor) => MoneyValue.Of(new Money(minor, totals.Currency));
    }
}
