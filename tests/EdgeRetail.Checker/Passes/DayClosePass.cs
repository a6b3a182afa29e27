using EdgeRetail.Checker.Bytes;
using EdgeRetail.Checker.Cloud;

namespace EdgeRetail.Checker.Passes;

/// <summary>
/// Counts each device's entries of each store in order of receipt, from one close to the next, by the checker's own reading:
/// what the cloud certified is what the journal has (S21), and the receipts of it have no gap and no repeat (S24). A close that
/// the cloud merged and knows nothing of is told too. Of a device that took over a ledger another one sent a part: not compared.
/// </summary>
sealed class DayClosePass(CloudSnapshot snapshot, CloudState cloud, Verdicts verdicts)
{
    const string JournalSql = $"SELECT {JournalRow.Columns} FROM journal WHERE device_id <> 0 ORDER BY store_id, received_at_version";

    readonly EntryBody body = new();
    readonly Dictionary<(int Store, int Device), Tally> tallies = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var closes = (await snapshot.RowsAsync(DayCloseRow.Sql, DayCloseRow.Read, cancellationToken)).ToDictionary(row => (row.StoreId, row.Entry), row => row.State);
        var certified = 0;
        await using var journal = await snapshot.CursorAsync(JournalSql, JournalRow.Read, cancellationToken);
        for (; journal.HasRow; await journal.MoveAsync(cancellationToken))
        {
            var row = journal.Row;
            var key = (row.StoreId, row.DeviceId);
            if (!tallies.TryGetValue(key, out var tally)) tallies[key] = tally = new();
            var reads = body.Read(row.Bytes);
            if (row.Kind != EntryKinds.BusinessDayClosed)
            {
                tally.Add(row.Id, reads ? body : null);
                continue;
            }

            if (row.MergedAtVersion is not null && reads && body.Close is { } close)
            {
                if (!closes.Remove((row.StoreId, row.Id), out var state)) verdicts["S21"].Broken($"store {row.StoreId}: the close {row.Id} was merged, and the cloud answers nothing to it");
                if (state == DayCloseRow.Certified && close.Previous == tally.Previous && cloud.Devices.GetValueOrDefault(row.DeviceId)?.Predecessor is null)
                {
                    certified++;
                    Compare(row, close, tally);
                }
            }

            tally.Begin(row.Id);
        }

        foreach (var (store, entry) in closes.Keys) verdicts["S21"].Broken($"store {store}: an answer to {entry}, which is no close of its journal");
        verdicts["S21"].Observed($"{certified:N0} certified closes counted again");
    }

    void Compare(JournalRow row, CloseBody close, Tally tally)
    {
        if (close.EntryCount != tally.Count) verdicts["S21"].Broken($"store {row.StoreId}: {row.Id} is certified with {close.EntryCount} entries, the journal has {tally.Count}");
        else if (close.EntryDigest != tally.Digest) verdicts["S21"].Broken($"store {row.StoreId}: {row.Id} is certified with digest {close.EntryDigest}, the journal gives {tally.Digest}");
        foreach (var (series, numbers) in tally.Receipts)
        {
            numbers.Sort();
            var (first, last) = (numbers[0], numbers[^1]);
            if (!close.Receipts.TryGetValue(series, out var said) || said != (first, last, numbers.Count))
                verdicts["S21"].Broken($"store {row.StoreId}: {row.Id} is certified with receipts of {series.Device}-{series.Series} that the journal has otherwise, {first} to {last}");
            if (last - first + 1 != numbers.Count || numbers.Distinct().Count() != numbers.Count)
                verdicts["S24"].Broken($"store {row.StoreId}: {row.Id} is certified, and {series.Device}-{series.Series} has {numbers.Count} receipts from {first} to {last}");
        }

        foreach (var series in close.Receipts.Keys.Where(series => !tally.Receipts.ContainsKey(series)))
            verdicts["S21"].Broken($"store {row.StoreId}: {row.Id} is certified with receipts of {series.Device}-{series.Series}, and the journal has none");
    }

    sealed class Tally
    {
        static readonly Digest Start = Digest.Of("edgeretail.day-close.1"u8);

        public EntryKey? Previous { get; private set; }

        public long Count { get; private set; }

        public Digest Digest { get; private set; } = Start;

        public Dictionary<(string Device, string Series), List<long>> Receipts { get; } = [];

        public void Add(EntryKey id, EntryBody? entry)
        {
            Count++;
            Span<byte> content = stackalloc byte[Digest.Length + 16];
            Digest.WriteTo(content);
            id.WriteTo(content[Digest.Length..]);
            Digest = Digest.Of(content);
            if (entry is not { HasReceipt: true }) return;
            if (!Receipts.TryGetValue((entry.DeviceCode, entry.ReceiptSeries), out var numbers)) Receipts[(entry.DeviceCode, entry.ReceiptSeries)] = numbers = [];
            numbers.Add(entry.ReceiptNumber);
        }

        public void Begin(EntryKey close)
        {
            (Previous, Count, Digest) = (close, 0, Start);
            Receipts.Clear();
        }
    }
}
