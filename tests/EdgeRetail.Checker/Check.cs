using EdgeRetail.Checker.Cloud;
using EdgeRetail.Checker.Ledgers;
using EdgeRetail.Checker.Passes;

namespace EdgeRetail.Checker;

/// <summary>
/// Verifies the invariants of PROTOCOL §10 from the databases themselves, by plain SQL and with a reader of entry bytes of
/// its own. Reads one snapshot of each database in a few ordered passes, so that memory does not grow with the journal.
/// </summary>
public static class Check
{
    /// <exception cref="CheckInputException">Something cannot be read; there is no verdict.</exception>
    public static async Task<CheckReport> RunAsync(CheckInput input, CancellationToken cancellationToken = default)
    {
        var verdicts = new Verdicts(input.OffendersMax);
        var ledgers = new List<Ledger>();
        try
        {
            // The ledgers first: what a device knew to be acknowledged must then be in the cloud's later snapshot.
            foreach (var directory in input.DeviceDirectories) ledgers.Add(Ledger.Open(directory));
            foreach (var ledger in ledgers) await new LedgerCheck(ledger, ledgers, verdicts, input).RunAsync(cancellationToken);
            var recorded = ledgers.Sum(ledger => ledger.EntryCount);
            var figures = input.DatabaseConnectionString is { } database
                ? await CheckCloudAsync(database, ledgers, verdicts, input, cancellationToken)
                : new(ledgers.Count, ledgers.Count, ledgers.Select(ledger => ledger.StoreId).Distinct().Count(), recorded, 0, 0, 0, 0, 0, ledgers.Sum(ledger => ledger.OutboxCount));
            return new(verdicts.Results(), figures);
        }
        finally
        {
            foreach (var ledger in ledgers) ledger.Dispose();
        }
    }

    static async Task<CheckFigures> CheckCloudAsync(string database, IReadOnlyList<Ledger> ledgers, Verdicts verdicts, CheckInput input, CancellationToken cancellationToken)
    {
        await using var snapshot = await CloudSnapshot.OpenAsync(database, cancellationToken);
        var cloud = await CloudState.ReadAsync(snapshot, cancellationToken);
        var streams = new StreamPass(snapshot, cloud, ledgers, verdicts, input);
        await streams.RunAsync(cancellationToken);
        var entries = new EntryPass(snapshot, cloud, ledgers, streams, verdicts, input);
        await entries.RunAsync(cancellationToken);
        var stores = new StorePass(snapshot, cloud, ledgers, entries, verdicts);
        await stores.RunAsync(cancellationToken);
        await new EditPass(snapshot, cloud, ledgers, verdicts).RunAsync(cancellationToken);
        await new CataloguePass(snapshot, cloud, ledgers, verdicts).RunAsync(cancellationToken);
        await new DayClosePass(snapshot, cloud, verdicts).RunAsync(cancellationToken);
        new RestCheck(cloud, snapshot.Now, ledgers, verdicts, input).Run();
        return new(
            ledgers.Count, cloud.Devices.Count, stores.Stores, entries.Recorded, entries.InJournal, entries.Quarantined, stores.Effects,
            entries.Lost, entries.Duplicated + stores.CountedAgain, entries.OnTheirWay);
    }
}
