using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Salvage;

/// <summary>
/// Everything that can be read of a damaged ledger. Entries are looked for page by page and believed where their bytes match
/// their hash, so that a lost header, index or inner page costs none of them. Reading changes nothing in the file.
/// </summary>
sealed class DamagedLedger
{
    const int EntryColumns = 6;
    const int CommandColumns = 4;
    const string ReadHeadSql = """
        SELECT i.device_id, i.device_code, i.store_id, i.assignment_version, i.store_name, i.currency, i.time_zone, i.day_cut_off_minutes, i.settings_version, i.cloud_address,
               s.stream_id, s.base_position, s.last_sequence, i.last_good_time_ms
        FROM identity i JOIN stream s ON s.is_current = 1
        """;
    const string ReadPrunedSql = "SELECT pruned_through FROM retention";

    DamagedLedger(Head? known, long prunedThrough, IReadOnlyList<SalvagedEntry> entries, IReadOnlyCollection<SalvagedCommand> commands, long unreadablePages)
    {
        Known = known;
        PrunedThrough = prunedThrough;
        Entries = entries;
        Commands = commands;
        UnreadablePages = unreadablePages;
    }

    /// <summary>Whose it is and where it stood; null where that cannot be read.</summary>
    public Head? Known { get; }

    public long PrunedThrough { get; }

    /// <summary>In order of position.</summary>
    public IReadOnlyList<SalvagedEntry> Entries { get; }

    public IReadOnlyCollection<SalvagedCommand> Commands { get; }

    public long UnreadablePages { get; }

    public sealed record Head(DeviceIdentity Identity, StreamId Stream, long LastPosition, long LastGoodTimeMilliseconds);

    public static DamagedLedger Read(string path)
    {
        var (known, pruned) = ReadHead(path);
        var entries = new Dictionary<EntryId, SalvagedEntry>();
        var commands = new Dictionary<(Guid, long), SalvagedCommand>();
        using var pages = LedgerPages.Open(path);
        foreach (var page in pages.All())
        {
            foreach (var row in LedgerRow.Of(page, pages))
            {
                if (Entry(row) is { } entry) entries[entry.Id] = entry;
                else if (Command(row) is { } command) commands[(new Guid(command.Id), command.Part)] = command;
            }
        }

        return new(known, pruned, [.. entries.Values.OrderBy(entry => entry.Position).ThenBy(entry => entry.Id)], commands.Values, pages.UnreadablePages);
    }

    /// <summary>Whose the ledger is, as SQLite reads it; null where SQLite or sense refuse.</summary>
    public static Head? ReadIdentity(string path) => ReadHead(path).Known;

    static (Head? Known, long PrunedThrough) ReadHead(string path)
    {
        if (!File.Exists(path)) return default;
        Head? known = null;
        try
        {
            using var connection = Connection.OpenReadOnly(path);
            using (var row = connection.Prepare(ReadHeadSql))
            {
                if (row.Step())
                {
                    known = new(
                        new(new(row.Int32(0)), row.Text(1), new(row.Int32(2)), row.Int32(3), row.Text(4), Currency.Parse(row.Text(5)), row.Text(6), row.Int32(7), row.Int64(8), row.Text(9), ""),
                        StreamId.Read(row.Blob(10)), row.Int64(11) + row.Int64(12), row.Int64(13));
                }
            }

            using var pruned = connection.Prepare(ReadPrunedSql);
            return (known, pruned.Step() ? pruned.Int64(0) : 0);
        }
        catch (Exception e) when (e is StorageException or FormatException or ArgumentException or InvalidCastException or OverflowException)
        {
            return (known, 0);
        }
    }

    static SalvagedEntry? Entry(LedgerRow row)
    {
        if (row.Columns != EntryColumns || !row.IsNull(0) || !row.IsBlob(1, 16) || !row.IsInteger(2) || !row.IsInteger(3) || !row.IsBlob(4) || !row.IsBlob(5, Hash256.Length)) return null;
        var hash = Hash256.Read(row.Blob(5));
        if (Hash256.Of(row.Blob(4)) != hash || row.Integer(2) is < int.MinValue or > int.MaxValue || row.Integer(3) is < 0 or > int.MaxValue) return null;
        return new(row.RowId, EntryId.Read(row.Blob(1)), (int)row.Integer(2), (int)row.Integer(3), row.Blob(4).ToArray(), hash);
    }

    static SalvagedCommand? Command(LedgerRow row) =>
        row.Columns == CommandColumns && row.IsBlob(0, 16) && row.IsInteger(1) && row.IsInteger(2) && row.IsBlob(3, Hash256.Length)
            ? new(row.Blob(0).ToArray(), row.Integer(1), row.Integer(2), row.Blob(3).ToArray())
            : null;
}
