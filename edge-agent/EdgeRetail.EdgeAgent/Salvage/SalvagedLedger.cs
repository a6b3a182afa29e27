using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.DayCloses;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Salvage;

/// <summary>
/// Makes a new ledger of what was read out of a damaged one: entries in their old order at new positions without a gap, all of
/// them pending and to be sent, the cache empty, and a new stream to be asked for.
/// </summary>
static class SalvagedLedger
{
    public const string Code = "LEDGER_SALVAGED";

    /// <summary>Why the stream row is there that stands in for the one that the cloud will open: nothing is ever sent under it.</summary>
    const string Placeholder = "SALVAGE_UNDER_WAY";

    const string InsertIdentitySql = """
        INSERT INTO identity (singleton, device_id, device_code, store_id, assignment_version, store_name, currency, time_zone, day_cut_off_minutes, settings_version,
                              cloud_address, receipt_series, next_receipt_number, hlc, last_good_time_ms, new_stream_code, new_stream_message)
        VALUES (1, $device, $code, $store, $assignment, $name, $currency, $zone, $cutoff, $settings, $address, $series, 1, $hlc, $good, $because, $message)
        """;
    const string InsertStreamSql = """
        INSERT INTO stream (stream_id, base_position, is_current, last_sequence, last_chain, acknowledged_through, acknowledged_chain, durable_through, opened_at_ms, opened_because)
        VALUES ($stream, 0, 1, 0, $start, 0, $start, 0, $now, $because)
        """;
    const string SaveStreamSql = "UPDATE stream SET last_sequence = $last, last_chain = $chain WHERE is_current = 1";
    const string InsertFeedSql = "INSERT INTO feed (feed, store_id, version, hash, applied_at_ms) VALUES ($feed, $store, 0, $hash, NULL)";
    const string InsertReceiptSql = "INSERT INTO receipt (series, number, position) VALUES ($series, $number, $position) ON CONFLICT (series, number) DO NOTHING";
    const string InsertCommandSql = "INSERT INTO command (command_id, part, position, fingerprint) VALUES ($id, $part, $position, $fingerprint)";
    const string InsertReportSql = """
        INSERT INTO salvage (salvaged_at_ms, folder, reason, entries, unreadable_count, unreadable) VALUES ($at, $folder, $reason, $entries, $count, $unreadable)
        """;
    const string FindEntrySql = "SELECT position FROM entry WHERE entry_id = $id";

    /// <summary>Writes the ledger as one transaction into a file that is not there yet, and closes it.</summary>
    public static void Write(string path, TimeProvider time, DeviceIdentity identity, StreamId stream, DamagedLedger damaged, SalvageReport report, Func<int, int> below)
    {
        using var database = Database.Open(path, time);
        database.Write(Durability.Synced, tx =>
        {
            InsertHead(tx, time, stream, identity.Store);
            var positions = new Dictionary<long, long>();
            var seriesTaken = new HashSet<string>(StringComparer.Ordinal);
            var (hlc, good) = (default(HybridTimestamp), damaged.Known?.LastGoodTimeMilliseconds ?? 0);
            var chain = ChainHash.Start(stream);
            var sequence = 0L;
            foreach (var entry in damaged.Entries)
            {
                chain = chain.Append(++sequence, entry.Hash);
                positions[entry.Position] = sequence;
                LedgerStore.Insert(tx, sequence, entry.Id, new(entry.Store), entry.Kind, entry.Bytes, entry.Hash);
                if (sequence % LedgerStore.CheckpointInterval == 0) LedgerStore.InsertCheckpoint(tx, stream, sequence, chain);
                if (EntryCodec.Decode(entry.Bytes) is not EntryDecoding.Decoded { Entry: var decoded })
                {
                    // It was committed and goes up as it is; the cloud keeps it in quarantine.
                    LedgerStore.InsertPending(tx, sequence, new(entry.Store), []);
                    continue;
                }

                LedgerStore.InsertPending(tx, sequence, new(entry.Store), PendingCounts.Adjustments(tx, generation: 1, coveredThrough: 0, new(entry.Store), sequence, decoded));
                if (decoded.Header.Hlc.CompareTo(hlc) > 0) hlc = decoded.Header.Hlc;
                if (decoded.Header.ClockQuality == ClockQuality.Trusted) good = Math.Max(good, decoded.Header.Hlc.Milliseconds);
                if (Receipt(decoded) is { } receipt)
                {
                    seriesTaken.Add(receipt.Series);
                    using var insert = tx.Prepare(InsertReceiptSql);
                    insert.Bind("$series", receipt.Series).Bind("$number", receipt.Number).Bind("$position", sequence).Run();
                }

                if (decoded is RefundRecorded refund) InsertRefunded(tx, refund);
                if (decoded is SaleVoided voided) InsertVoided(tx, voided, sequence);
                if (decoded is BusinessDayClosed closed) DayCloseTable.Add(tx, sequence, closed.Date, closed.Figures);
            }

            using (var last = tx.Prepare(SaveStreamSql)) last.Bind("$last", sequence).Bind("$chain", chain.ToByteArray()).Run();
            InsertCommands(tx, damaged.Commands, positions);
            InsertIdentity(tx, identity, ProvisionalSeries.Draw(below, seriesTaken.Contains), hlc, good, report);
            using var reported = tx.Prepare(InsertReportSql);
            reported.Bind("$at", report.At.ToUnixTimeMilliseconds()).Bind("$folder", report.Folder).Bind("$reason", report.Reason).Bind("$entries", report.Entries)
                .Bind("$count", report.UnreadableCount).Bind("$unreadable", report.Unreadable).Run();
            return true;
        });
    }

    static ReceiptNumber? Receipt(Entry entry) => entry switch { SaleRecorded sale => sale.Receipt, RefundRecorded refund => refund.Receipt, _ => null };

    static void InsertHead(WriteTransaction tx, TimeProvider time, StreamId stream, StoreId store)
    {
        using (var insert = tx.Prepare(InsertStreamSql))
        {
            insert.Bind("$stream", stream.ToByteArray()).Bind("$start", ChainHash.Start(stream).ToByteArray())
                .Bind("$now", time.GetUtcNow().ToUnixTimeMilliseconds()).Bind("$because", Placeholder).Run();
        }

        foreach (var (feed, of) in new[] { (1, store.Value), (2, 0) })
        {
            using var insert = tx.Prepare(InsertFeedSql);
            insert.Bind("$feed", feed).Bind("$store", of).Bind("$hash", FeedHash.Start.ToByteArray()).Run();
        }
    }

    static void InsertRefunded(WriteTransaction tx, RefundRecorded refund)
    {
        foreach (var line in refund.Lines)
        {
            if (line.SaleLine is not { } sold) continue;
            if (PositionOf(tx, sold.Entry) is { } position) RefundLog.Add(tx, position, sold.LineNumber, line.Quantity.Thousandths, line.Amount.MinorUnits);
        }
    }

    static void InsertVoided(WriteTransaction tx, SaleVoided voided, long sequence)
    {
        if (PositionOf(tx, voided.Sale) is { } position && VoidLog.Find(tx.Connection, position) is null) VoidLog.Add(tx, position, sequence);
    }

    static long? PositionOf(WriteTransaction tx, EntryId entry)
    {
        using var row = tx.Prepare(FindEntrySql);
        return row.Bind("$id", entry.ToByteArray()).Step() ? row.Int64(0) : null;
    }

    static void InsertCommands(WriteTransaction tx, IEnumerable<SalvagedCommand> commands, Dictionary<long, long> positions)
    {
        foreach (var command in commands)
        {
            if (!positions.TryGetValue(command.Position, out var position)) continue;
            using var insert = tx.Prepare(InsertCommandSql);
            insert.Bind("$id", command.Id).Bind("$part", command.Part).Bind("$position", position).Bind("$fingerprint", CommandLog.Moved(command.Id, (int)command.Part, position, command.Fingerprint)).Run();
        }
    }

    static void InsertIdentity(WriteTransaction tx, DeviceIdentity identity, string series, HybridTimestamp hlc, long good, SalvageReport report)
    {
        using var insert = tx.Prepare(InsertIdentitySql);
        insert.Bind("$device", identity.Device.Value).Bind("$code", identity.DeviceCode).Bind("$store", identity.Store.Value).Bind("$assignment", identity.AssignmentVersion)
            .Bind("$name", identity.StoreName).Bind("$currency", identity.Currency.Code).Bind("$zone", identity.TimeZone).Bind("$cutoff", identity.DayCutOffMinutes)
            .Bind("$settings", identity.SettingsVersion).Bind("$address", identity.CloudAddress).Bind("$series", series).Bind("$hlc", hlc.Packed).Bind("$good", good)
            .Bind("$because", Code).Bind("$message", report.Words).Run();
    }
}
