using EdgeRetail.Checker.Cloud;
using EdgeRetail.Checker.History;
using EdgeRetail.Checker.Ledgers;

namespace EdgeRetail.Checker.Passes;

/// <summary>
/// What the small tables and the history show: at rest all is sent and nothing is pending (S16, L1), sessions only go up
/// (S11), clocks are believed within their bound (S18), and what the status says is true (S21).
/// </summary>
sealed class RestCheck(CloudState cloud, DateTimeOffset now, IReadOnlyList<Ledger> ledgers, Verdicts verdicts, CheckInput input)
{
    static readonly TimeSpan ClockBound = TimeSpan.FromSeconds(60);

    /// <summary>The longest back-off of PROTOCOL §5, with its jitter.</summary>
    static readonly TimeSpan BackOffMax = TimeSpan.FromMinutes(5);

    const double EntriesPerSecondMin = 500;

    public void Run()
    {
        CheckRest();
        CheckDrained();
        foreach (var ledger in ledgers)
        {
            CheckSession(ledger);
            CheckClock(ledger);
            CheckStatus(ledger);
        }

        verdicts["S11"].NotObserved("by which session a journal row came");
        verdicts["S22"].NotObserved("memory and retries, which leave nothing in the files");
        CheckShown();
    }

    void CheckRest()
    {
        if (!input.Quiescent)
        {
            verdicts["S16"].NotObserved("the run is not at rest");
            return;
        }

        foreach (var ledger in ledgers)
        {
            if (cloud.Devices.TryGetValue((int)ledger.DeviceId, out var device) && device.State != "active") continue;
            if (ledger.OutboxCount != 0) verdicts["S16"].Broken($"{ledger}: {ledger.OutboxCount} entries are not acknowledged");
            if (ledger.PendingEntries != 0) verdicts["S16"].Broken($"{ledger}: {ledger.PendingEntries} entries are pending");
            var head = cloud.StoreHeads.GetValueOrDefault((int)ledger.StoreId);
            if (ledger.StoreFeed.Version != head.Version || (head.Version > 0 && ledger.StoreFeed.Hash != head.Hash))
                verdicts["S16"].Broken($"{ledger}: its cache stands at version {ledger.StoreFeed.Version}, the store at {head.Version}");
            if (ledger.CatalogueFeed.Version != cloud.CatalogueHead.Version) verdicts["S16"].Broken($"{ledger}: its catalogue stands at {ledger.CatalogueFeed.Version}, the cloud's at {cloud.CatalogueHead.Version}");
        }

        verdicts["S16"].Observed($"{ledgers.Count} devices, caches compared row by row under S14");
    }

    void CheckDrained()
    {
        if (!input.Quiescent || input.History is not { } history)
        {
            verdicts["L1"].NotObserved(input.Quiescent ? "when the faults ended (no history)" : "the run is not at rest");
            return;
        }

        var faults = history.Events.OfType<HistoryEvent.Fault>().ToList();
        var left = ledgers.Sum(ledger => ledger.OutboxCount);
        if (left > 0) verdicts["L1"].Broken($"{left} entries are left in the outboxes");
        if (history.Events.OfType<HistoryEvent.Drained>().LastOrDefault() is not { } drained)
        {
            verdicts["L1"].Observed($"{faults.Count} faults, all outboxes empty now");
            return;
        }

        var ended = faults.Count == 0 ? drained.At : faults.Max(fault => fault.Until);
        var bound = BackOffMax + TimeSpan.FromSeconds(ledgers.Sum(ledger => ledger.EntryCount) / EntriesPerSecondMin);
        if (drained.At - ended > bound) verdicts["L1"].Broken($"drained {(drained.At - ended).TotalSeconds:0} s after the last fault, allowed are {bound.TotalSeconds:0} s");
        verdicts["L1"].Observed($"{faults.Count} faults, drained {Math.Max(0, (drained.At - ended).TotalSeconds):0.0} s after the last");
    }

    void CheckSession(Ledger ledger)
    {
        if (!cloud.Devices.TryGetValue((int)ledger.DeviceId, out var device))
        {
            verdicts["S3"].Broken($"{ledger}: the cloud does not know device {ledger.DeviceId}");
            return;
        }

        if (SessionOf(ledger.SessionToken) is { } session && session > device.SessionNumber) verdicts["S11"].Broken($"{ledger}: holds a token of session {session}, the cloud is at {device.SessionNumber}");
        if (device.Status is { } status && status.SessionNumber > device.SessionNumber) verdicts["S11"].Broken($"{ledger}: its status is of session {status.SessionNumber}, the device's is {device.SessionNumber}");
        verdicts["S11"].Observed($"{ledger} at session {device.SessionNumber}");
    }

    void CheckClock(Ledger ledger)
    {
        var clock = DateTimeOffset.FromUnixTimeMilliseconds((long)(ledger.Hlc >> 16));
        if (clock > now + ClockBound) verdicts["S18"].Broken($"{ledger}: its persisted clock stands {(clock - now).TotalSeconds:0} s ahead");
    }

    void CheckStatus(Ledger ledger)
    {
        if (!cloud.Devices.TryGetValue((int)ledger.DeviceId, out var device) || device.Status is not { } status)
        {
            verdicts["S21"].NotObserved($"{ledger} (no report)");
            return;
        }

        // What was reported can only be behind the truth: a device never un-records and a cache never steps back, unless its disk
        // was put back; then the report of before stands for as long as one may.
        var age = now - DateTimeOffset.FromUnixTimeMilliseconds(status.ReportedAtMilliseconds ?? 0);
        var isOverdue = age > input.StatusStaleness || input.History?.Events.OfType<HistoryEvent.Fault>().Any(fault => fault.Kind == HistoryEvent.Fault.MediaRolledBack) is not true;
        if (!input.Quiescent && status.LastSequence > ledger.Current?.LastSequence) return;
        if (isOverdue && status.LastSequence > ledger.Current?.LastSequence) verdicts["S21"].Broken($"{ledger}: reported sequence {status.LastSequence}, the ledger ends at {ledger.Current.LastSequence}");
        if (isOverdue && status.StoreCursor > ledger.StoreFeed.Version && input.Quiescent) verdicts["S21"].Broken($"{ledger}: reported store version {status.StoreCursor}, its cache is at {ledger.StoreFeed.Version}");
        if (isOverdue && status.CatalogueCursor > ledger.CatalogueFeed.Version && input.Quiescent) verdicts["S21"].Broken($"{ledger}: reported catalogue version {status.CatalogueCursor}, its cache is at {ledger.CatalogueFeed.Version}");

        // Entries that were acknowledged at once cost no report: what has arrived, the cloud knows by itself.
        var arrived = ledger.Current is { } own && cloud.Streams.TryGetValue(own.Id, out var stream) ? stream.AppliedThrough : 0;
        var upToDate = status.OutboxCount == ledger.OutboxCount && status.PendingCount == ledger.PendingEntries && Math.Max(status.LastSequence ?? 0, arrived) == ledger.Current?.LastSequence;
        if (input.Quiescent && status.Connected && !upToDate && age > input.StatusStaleness)
            verdicts["S21"].Broken($"{ledger}: reported {age.TotalSeconds:0} s ago an outbox of {status.OutboxCount}, {status.PendingCount} pending and sequence {status.LastSequence}; it has {ledger.OutboxCount}, {ledger.PendingEntries} and {ledger.Current?.LastSequence}");
        verdicts["S21"].Observed($"{ledger} {(upToDate ? "as reported" : $"reported {age.TotalSeconds:0} s ago")}");
    }

    void CheckShown()
    {
        if (input.History is not { } history) return;
        var count = 0;
        var last = new Dictionary<string, HistoryEvent.StatusShown>(StringComparer.Ordinal);
        foreach (var happened in history.Events)
        {
            if (happened is HistoryEvent.Fault { Kind: HistoryEvent.Fault.MediaRolledBack } fault) last.Remove(fault.Target);
            if (happened is not HistoryEvent.StatusShown shown) continue;
            count++;
            if (shown.AllSent && shown.OutboxCount > 0) verdicts["S21"].Broken($"{shown.Device} said at {shown.At:HH:mm:ss.fff} that all is sent, with {shown.OutboxCount} in the outbox");
            if (shown.LastSequence - shown.AcknowledgedThrough != shown.OutboxCount)
                verdicts["S21"].Broken($"{shown.Device} said at {shown.At:HH:mm:ss.fff}: {shown.OutboxCount} in the outbox, sequence {shown.LastSequence}, acknowledged {shown.AcknowledgedThrough}");
            if (last.TryGetValue(shown.Device, out var before) && shown.LastSequence < before.LastSequence) verdicts["S21"].Broken($"{shown.Device} said sequence {before.LastSequence}, then {shown.LastSequence}");
            last[shown.Device] = shown;
        }

        if (count > 0) verdicts["S21"].Observed($"{count:N0} statuses seen meanwhile");
    }

    /// <summary>The session number in a token: after the key id, a varint.</summary>
    static long? SessionOf(byte[]? token)
    {
        if (token is null or { Length: < 2 }) return null;
        var (number, shift) = (0L, 0);
        for (var i = 1; i < token.Length && shift < 63; i++, shift += 7)
        {
            number |= (long)(token[i] & 0x7F) << shift;
            if (token[i] < 0x80) return number;
        }

        return null;
    }
}
