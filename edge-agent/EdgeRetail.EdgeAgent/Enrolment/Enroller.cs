using System.Globalization;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Enrolment;

/// <summary>Makes a ledger a device's.</summary>
static class Enroller
{
    const string ReadDeviceSql = "SELECT device_id, device_code FROM identity WHERE singleton = 1";
    const string RefreshAddressSql = "UPDATE identity SET cloud_address = $address WHERE singleton = 1";
    const string RememberFormerSql = "INSERT OR IGNORE INTO former_device (device_id, device_code) VALUES ($device, $code)";
    const string HighestSeriesSql = """
        SELECT max(CAST(series AS INTEGER)) FROM (SELECT receipt_series AS series FROM identity UNION ALL SELECT DISTINCT series FROM receipt) WHERE series NOT GLOB '*[^0-9]*'
        """;
    const string AdoptSql = """
        UPDATE identity SET device_id = $device, device_code = $code, store_id = $store, assignment_version = $assignment, store_name = $name, currency = $currency, time_zone = $zone,
               day_cut_off_minutes = $cutoff, settings_version = $settings, cloud_address = $address, receipt_series = $series, next_receipt_number = 1, session_token = NULL,
               new_stream_code = 'ENROLLED_AGAIN', new_stream_message = $message, stock_generation = stock_generation + (store_id <> $store)
        WHERE singleton = 1
        """;
    const string BeginStoreFeedSql = "UPDATE feed SET store_id = $store, version = 0, hash = $hash, applied_at_ms = NULL, checksum = NULL WHERE feed = 1 AND store_id <> $store";
    const string CoveredThroughSql = "SELECT covered_through FROM identity WHERE singleton = 1";
    const string GenerationSql = "SELECT stock_generation FROM identity WHERE singleton = 1";
    const string CountCoveredSql = "UPDATE identity SET covered_count = covered_count + $more, covered_through = 0 WHERE singleton = 1";
    const string DropSnapshotSql = "DELETE FROM snapshot WHERE feed = 1";
    const string InsertIdentitySql = """
        INSERT INTO identity (singleton, device_id, device_code, store_id, assignment_version, store_name, currency, time_zone, day_cut_off_minutes, settings_version,
                              cloud_address, receipt_series, next_receipt_number, hlc, last_good_time_ms)
        VALUES (1, $device, $code, $store, $assignment, $name, $currency, $zone, $cutoff, $settings, $address, $series, 1, 0, 0)
        """;
    const string InsertStreamSql = """
        INSERT INTO stream (stream_id, base_position, is_current, last_sequence, last_chain, acknowledged_through, acknowledged_chain, durable_through, opened_at_ms)
        VALUES ($stream, 0, 1, 0, $chain, 0, $chain, 0, $now)
        """;
    const string InsertFeedSql = "INSERT INTO feed (feed, store_id, version, hash, applied_at_ms) VALUES ($feed, $store, 0, $hash, NULL)";

    /// <summary>
    /// Identity, stream and feeds in one transaction; or, for the device it is already, the address alone; or, for a device that
    /// takes over this ledger, the new identity: everything recorded stays and goes up under a stream of the new device.
    /// </summary>
    /// <exception cref="LedgerException">LEDGER_OF_OTHER_DEVICE.</exception>
    public static void Enrol(Database database, TimeProvider time, DeviceEnrolment enrolment) => database.Write(Durability.Synced, tx =>
    {
        if (FindDevice(tx) is { } known)
        {
            if (known.Device != enrolment.Device && known.Device == enrolment.Predecessor)
            {
                Adopt(tx, known.Device, known.Code, enrolment);
                return true;
            }

            if (known.Device != enrolment.Device)
            {
                throw new LedgerException(
                    LedgerException.OfOtherDevice,
                    $"This directory holds the ledger of device {known.Device} ({known.Code}), the file is for device {enrolment.Device} ({enrolment.DeviceCode}).",
                    "Choose another directory with --data, or use the file of this device.");
            }

            using var refresh = tx.Prepare(RefreshAddressSql);
            refresh.Bind("$address", enrolment.CloudAddress.ToString()).Run();
            return true;
        }

        using (var identity = tx.Prepare(InsertIdentitySql))
        {
            identity.Bind("$device", enrolment.Device.Value).Bind("$code", enrolment.DeviceCode).Bind("$store", enrolment.Store.Value).Bind("$assignment", enrolment.AssignmentVersion)
                .Bind("$name", enrolment.StoreName).Bind("$currency", enrolment.Currency.Code).Bind("$zone", enrolment.TimeZone).Bind("$cutoff", enrolment.DayCutOffMinutes)
                .Bind("$settings", enrolment.SettingsVersion).Bind("$address", enrolment.CloudAddress.ToString()).Bind("$series", enrolment.ReceiptSeries).Run();
        }

        using (var stream = tx.Prepare(InsertStreamSql))
        {
            stream.Bind("$stream", enrolment.Stream.ToByteArray()).Bind("$chain", ChainHash.Start(enrolment.Stream).ToByteArray())
                .Bind("$now", time.GetUtcNow().ToUnixTimeMilliseconds()).Run();
        }

        InsertFeed(tx, 1, enrolment.Store.Value);
        InsertFeed(tx, 2, 0);
        return true;
    });

    static void Adopt(WriteTransaction tx, DeviceId former, string formerCode, DeviceEnrolment enrolment)
    {
        using (var remember = tx.Prepare(RememberFormerSql)) remember.Bind("$device", former.Value).Bind("$code", formerCode).Run();
        // Numbers of one series have a gap-free register, whoever printed them: what comes now begins a series of its own.
        var series = Math.Max(tx.Connection.Number(HighestSeriesSql) + 1, int.TryParse(enrolment.ReceiptSeries, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 1);
        // In another store the stock begins from nothing, as for a device that moves.
        using (var begin = tx.Prepare(BeginStoreFeedSql)) begin.Bind("$store", enrolment.Store.Value).Bind("$hash", FeedHash.Start.ToByteArray()).Run();
        if (tx.Changes > 0)
        {
            using (var drop = tx.Prepare(DropSnapshotSql)) drop.Run();
            var (left, came) = PendingTable.BeginStore(tx, tx.Connection.Number(CoveredThroughSql), enrolment.Store, (int)tx.Connection.Number(GenerationSql) + 1);
            using var covered = tx.Prepare(CountCoveredSql);
            covered.Bind("$more", left - came).Run();
        }

        using var adopt = tx.Prepare(AdoptSql);
        adopt.Bind("$device", enrolment.Device.Value).Bind("$code", enrolment.DeviceCode).Bind("$store", enrolment.Store.Value).Bind("$assignment", enrolment.AssignmentVersion)
            .Bind("$name", enrolment.StoreName).Bind("$currency", enrolment.Currency.Code).Bind("$zone", enrolment.TimeZone).Bind("$cutoff", enrolment.DayCutOffMinutes)
            .Bind("$settings", enrolment.SettingsVersion).Bind("$address", enrolment.CloudAddress.ToString()).Bind("$series", series.ToString(CultureInfo.InvariantCulture))
            .Bind("$message", $"The ledger was {formerCode}'s and is {enrolment.DeviceCode}'s now.").Run();
    }

    static (DeviceId Device, string Code)? FindDevice(WriteTransaction tx)
    {
        using var row = tx.Prepare(ReadDeviceSql);
        return row.Step() ? (new DeviceId(row.Int32(0)), row.Text(1)) : null;
    }

    static void InsertFeed(WriteTransaction tx, int feed, int store)
    {
        using var row = tx.Prepare(InsertFeedSql);
        row.Bind("$feed", feed).Bind("$store", store).Bind("$hash", FeedHash.Start.ToByteArray()).Run();
    }
}
