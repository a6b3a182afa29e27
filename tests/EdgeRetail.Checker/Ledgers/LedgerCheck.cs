using EdgeRetail.Checker.Bytes;
using EdgeRetail.Checker.History;

namespace EdgeRetail.Checker.Ledgers;

/// <summary>
/// What one ledger shows by itself: it is whole (S23), its chains verify (S4), its receipt numbers have no gap (S24), its
/// figures add up (S19) and its files are bounded (S22).
/// </summary>
sealed class LedgerCheck(Ledger ledger, IReadOnlyList<Ledger> all, Verdicts verdicts, CheckInput input)
{
    const string EntriesSql = "SELECT position, entry_id, store_id, kind, bytes, hash FROM entry ORDER BY position";
    const string ReceiptsSql = "SELECT position, series, number FROM receipt ORDER BY position, series, number";
    const string CheckpointsSql = "SELECT sequence, chain FROM chain_checkpoint WHERE stream_id = $stream ORDER BY sequence";

    /// <summary>The write-ahead log is cut back at each checkpoint; a log above this says that checkpoints do not come through.</summary>
    const long WalBytesMax = 64L * 1024 * 1024;

    /// <summary>Five files of 10 MB, and one being written.</summary>
    const long LogBytesMax = 6L * 10 * 1024 * 1024;

    readonly EntryBody body = new();
    readonly Dictionary<string, long> lastNumbers = new(StringComparer.Ordinal);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        CheckIntegrity();
        await CheckEntriesAsync(cancellationToken);
        CheckConfirmed();
        CheckFiles();
    }

    void CheckIntegrity()
    {
        foreach (var fault in ledger.Read(ledger.Command("PRAGMA integrity_check(20)"), reader => reader.GetString(0)))
        {
            if (fault != "ok") verdicts["S23"].Broken($"{ledger}: integrity_check: {fault}");
        }

        foreach (var table in ledger.Read(ledger.Command("PRAGMA foreign_key_check"), reader => reader.GetString(0)))
            verdicts["S23"].Broken($"{ledger}: a row of {table} refers to nothing");
    }

    async Task CheckEntriesAsync(CancellationToken cancellationToken)
    {
        var chains = ledger.Streams.Select(stream => new ChainWalk(ledger, stream, Checkpoints(stream), verdicts)).ToList();
        await using var receipts = await Cursor<(long Position, string Series, long Number)>.OpenAsync(
            ledger.Command(ReceiptsSql), reader => (reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2)), cancellationToken);
        await using var entries = await Cursor<LedgerEntry>.OpenAsync(ledger.Command(EntriesSql), LedgerRows.Entry, cancellationToken);
        long? before = ledger.PrunedThrough > 0 ? ledger.PrunedThrough : null;
        for (; entries.HasRow; await entries.MoveAsync(cancellationToken))
        {
            var entry = entries.Row;
            if (before is { } last && entry.Position != last + 1) verdicts["S23"].Broken($"{ledger}: no entry at positions {last + 1} to {entry.Position - 1}");
            before = entry.Position;

            var hash = Digest.Of(entry.Bytes);
            if (entry.Hash != hash) verdicts["S23"].Broken($"{ledger}: position {entry.Position} holds other bytes than its hash says");
            var reads = body.Read(entry.Bytes);
            if (reads) CheckContent(entry, hash);
            foreach (var chain in chains) chain.Take(entry.Position, hash);
            await CheckReceiptAsync(entry, reads, receipts, cancellationToken);
        }

        for (; receipts.HasRow; await receipts.MoveAsync(cancellationToken))
            verdicts["S24"].Broken($"{ledger}: receipt {receipts.Row.Series}-{receipts.Row.Number} stands at position {receipts.Row.Position}, where no entry is");
        foreach (var chain in chains) chain.End(before ?? 0);
        CheckNextNumber();

        verdicts["S4"].Observed($"{ledger}: {ledger.Streams.Count} streams recomputed");
        verdicts["S23"].Observed($"{ledger}: {ledger.EntryCount:N0} entries, integrity ok");
        verdicts["S24"].Observed($"{ledger}: {string.Join(", ", lastNumbers.Select(series => $"series {series.Key} to {series.Value:N0}").DefaultIfEmpty("no receipt"))}");
        verdicts["S19"].Observed($"{ledger}: every line");
    }

    void CheckContent(LedgerEntry entry, Digest hash)
    {
        if (body.IdFor(hash) != entry.Id) verdicts["S23"].Broken($"{ledger}: position {entry.Position} is called {entry.Id}, its bytes say {body.IdFor(hash)}");
        if (!ledger.IsOf(body.Device) || body.Store != entry.StoreId || body.Kind != entry.Kind)
            verdicts["S23"].Broken($"{ledger}: position {entry.Position} says device {body.Device}, store {body.Store}, kind {body.Kind}; its row says {ledger.DeviceId}, {entry.StoreId}, {entry.Kind}");
        if (MoneyRules.Fault(body) is { } fault) verdicts["S19"].Broken($"{ledger}: {entry.Id}: {fault}");
    }

    async Task CheckReceiptAsync(LedgerEntry entry, bool reads, Cursor<(long Position, string Series, long Number)> receipts, CancellationToken cancellationToken)
    {
        var rows = 0;
        for (; receipts.HasRow && receipts.Row.Position <= entry.Position; await receipts.MoveAsync(cancellationToken))
        {
            var (position, series, number) = receipts.Row;
            rows++;
            if (position < entry.Position) verdicts["S24"].Broken($"{ledger}: receipt {series}-{number} stands at position {position}, where no entry is");
            else if (reads && (!body.HasReceipt || body.ReceiptSeries != series || body.ReceiptNumber != number))
                verdicts["S24"].Broken($"{ledger}: position {position} is receipt {body.ReceiptSeries}-{body.ReceiptNumber} in its bytes and {series}-{number} in its row");
            var expected = lastNumbers.GetValueOrDefault(series) + 1;
            // A series may begin in what was pruned, and lack what was told to be lost with a damaged ledger.
            var known = lastNumbers.ContainsKey(series) || ledger.PrunedThrough == 0;
            if (number != expected && known && !(ledger.UnsavedCount > 0 && number > expected)) verdicts["S24"].Broken($"{ledger}: series {series} goes from {expected - 1} to {number}");
            lastNumbers[series] = number;
        }

        if (reads && body.HasReceipt && rows == 0) verdicts["S24"].Broken($"{ledger}: receipt {body.ReceiptSeries}-{body.ReceiptNumber} of {entry.Id} has no row");
        if (reads && body.HasReceipt && body.DeviceCode != ledger.DeviceCode && !ledger.FormerDevices.Values.Contains(body.DeviceCode, StringComparer.Ordinal)) verdicts["S24"].Broken($"{ledger}: {entry.Id} has a receipt of device {body.DeviceCode}");
    }

    void CheckNextNumber()
    {
        var last = lastNumbers.GetValueOrDefault(ledger.ReceiptSeries);
        if (last == 0 && ledger.PrunedThrough > 0) return;
        if (ledger.NextReceiptNumber != last + 1)
            verdicts["S24"].Broken($"{ledger}: the next receipt of series {ledger.ReceiptSeries} would be {ledger.NextReceiptNumber}, the last was {last}");
    }

    void CheckConfirmed()
    {
        if (input.History is not { } history)
        {
            verdicts["S23"].NotObserved($"{ledger}: what the seller was told (no history)");
            return;
        }

        using var find = Find(ledger);
        var lost = history.Events.OfType<HistoryEvent.Fault>().SelectMany(fault => fault.MayLose).ToHashSet();
        var count = 0L;
        foreach (var confirmed in history.Events.OfType<HistoryEvent.Confirmed>().Where(confirmed => confirmed.Device == ledger.DeviceCode))
        {
            count++;
            find.Parameters[0].Value = confirmed.EntryId.ToByteArray(bigEndian: true);
            using var reader = find.ExecuteReader();
            if (!reader.Read())
            {
                if (ledger.PrunedThrough > 0) ledger.ConfirmedAndPruned.Add(EntryKey.Of(confirmed.EntryId));
                else if (!lost.Contains(confirmed.EntryId) && !IsInAnother(confirmed.EntryId))
                    verdicts["S23"].Broken($"{ledger}: {confirmed.EntryId} was confirmed at {confirmed.At:HH:mm:ss.fff} and is not in the ledger");
                continue;
            }

            var printed = reader.IsDBNull(1) ? null : $"-{reader.GetString(1)}-{reader.GetInt64(2):D6}";
            if (confirmed.Receipt is { } receipt && (printed is null || !receipt.EndsWith(printed, StringComparison.Ordinal))) verdicts["S24"].Broken($"{ledger}: {confirmed.EntryId} was printed as {receipt} and is {printed ?? "no receipt"}");
        }

        verdicts["S23"].Observed($"{ledger}: {count:N0} confirmed to the seller");
    }

    /// <summary>Two copies of a device confirm under one code, and each holds its own.</summary>
    bool IsInAnother(Guid entry)
    {
        foreach (var other in all.Where(other => other != ledger))
        {
            using var find = Find(other);
            find.Parameters[0].Value = entry.ToByteArray(bigEndian: true);
            using var reader = find.ExecuteReader();
            if (reader.Read()) return true;
        }

        return false;
    }

    static Microsoft.Data.Sqlite.SqliteCommand Find(Ledger ledger) => ledger.Command(
        "SELECT e.position, r.series, r.number FROM entry e LEFT JOIN receipt r ON r.position = e.position WHERE e.entry_id = $id", ("$id", Array.Empty<byte>()));

    void CheckFiles()
    {
        var wal = new FileInfo(Path.Combine(ledger.Directory, "ledger.db-wal"));
        var walBytes = wal.Exists ? wal.Length : 0;
        if (walBytes > WalBytesMax) verdicts["S22"].Broken($"{ledger}: the write-ahead log has {walBytes / 1024 / 1024} MB");
        var logs = new DirectoryInfo(Path.Combine(ledger.Directory, "logs"));
        var logBytes = logs.Exists ? logs.EnumerateFiles().Sum(file => file.Length) : 0;
        if (logBytes > LogBytesMax) verdicts["S22"].Broken($"{ledger}: the logs have {logBytes / 1024 / 1024} MB");
        if (ledger.Streams.Count(stream => stream.IsCurrent) != 1) verdicts["S22"].Broken($"{ledger}: {ledger.Streams.Count(stream => stream.IsCurrent)} current streams");
        verdicts["S22"].Observed($"{ledger}: outbox {ledger.OutboxCount:N0}, WAL {walBytes / 1024:N0} KB, logs {logBytes / 1024:N0} KB");
    }

    Queue<(long Sequence, Digest Chain)> Checkpoints(LedgerStream stream) =>
        new(ledger.Read(
            ledger.Command(CheckpointsSql, ("$stream", stream.Id.ToByteArray(bigEndian: true))),
            reader => (reader.GetInt64(0), Ledger.ReadDigest(reader, 1) ?? default)));
}
