using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Health;

namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>Carries out what a session wants of a cache that is read anew or compared, on the thread that syncs.</summary>
sealed class CacheWork(Agent agent)
{
    DateTimeOffset? checkedAt;
    DateTimeOffset? catalogueCheckedAt;

    public SyncInput? Carry(SyncEffect effect)
    {
        switch (effect)
        {
            case SyncEffect.OpenSnapshot(var incarnation): return Told(agent.Snapshots.Open(incarnation));
            case SyncEffect.StoreSnapshot(var page): return Answer(() => agent.Snapshots.Add(PageReader.ReadSnapshotPage(page)), Told);
            case SyncEffect.LayPage(var page, var maySwitch):
                return Answer(() => agent.Snapshots.Lay(PageReader.ReadStorePage(page, agent.Ledger.HelloState().Stream), maySwitch), laid => new SyncInput.PageLaid(laid.Next.Version));
            case SyncEffect.ForgetSnapshot:
                agent.Snapshots.Forget();
                return null;
            case SyncEffect.BeginCatalogue(var incarnation):
                agent.Snapshots.BeginCatalogue(incarnation);
                return new SyncInput.CatalogueBegun();
            case SyncEffect.CheckCache: return Check();
            case SyncEffect.SumCache:
                agent.Snapshots.Sum();
                return new SyncInput.CacheSummed();
            case SyncEffect.ReadRange(var after, var rowsMax): return new SyncInput.RangeRead(agent.Snapshots.Range(after, rowsMax));
            case SyncEffect.RepairRange(var page): return Repair(page);
            case SyncEffect.CheckCatalogue: return new SyncInput.CatalogueChecked(IsDue(ref catalogueCheckedAt) && agent.Snapshots.SumCatalogue());
            case SyncEffect.SumCatalogue:
                agent.Snapshots.SumCatalogue();
                return new SyncInput.CacheSummed();
            case SyncEffect.ReadCatalogueRange(var after, var rowsMax): return new SyncInput.CatalogueRangeRead(agent.Snapshots.RangeOfCatalogue(after, rowsMax));
            case SyncEffect.RepairCatalogueRange(var page): return RepairCatalogue(page);
            case SyncEffect.DropOld(var catalogueIsWhole): return new SyncInput.OldDropped(agent.Snapshots.DropOld(catalogueIsWhole));
            default: throw new ArgumentOutOfRangeException(nameof(effect), effect, "An effect that nobody carries out.");
        }
    }

    public static SyncInput Refused(PageOutcome outcome) => outcome switch
    {
        PageOutcome.CursorElsewhere(var version) => new SyncInput.StoreRefused("PAGE_OUT_OF_ORDER", $"The cloud's page does not begin at version {version}.", SyncRetry.Hello),
        PageOutcome.OtherStore(var store) => new SyncInput.StoreRefused("PAGE_OF_OTHER_STORE", $"The cloud's page is not of store {store}.", SyncRetry.Hello),
        PageOutcome.MarkerDiffers(var detail) => new SyncInput.StoreRefused("CHAIN_MISMATCH", detail, SyncRetry.Hello),
        PageOutcome.Damaged(var detail) => new SyncInput.StoreRefused("PAGE_DAMAGED", detail, SyncRetry.Hello),
        PageOutcome.Malformed(var detail) => new SyncInput.StoreRefused("CLOUD_MESSAGE_INVALID", detail, SyncRetry.BackOff),
        _ => throw new InvalidOperationException($"{outcome} is no outcome of a page."),
    };

    SyncInput Answer(Func<SnapshotOutcome> take, Func<StockSnapshot, SyncInput> stored)
    {
        SnapshotOutcome outcome;
        try
        {
            outcome = take();
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            outcome = new SnapshotOutcome.Refused(new PageOutcome.Malformed(e.Message));
        }

        switch (outcome)
        {
            case SnapshotOutcome.Stored(var snapshot): return stored(snapshot);
            case SnapshotOutcome.Switched(var shown, var covered):
                Show(null);
                return new SyncInput.SnapshotSwitched(shown, covered);
            case SnapshotOutcome.BeginAnew(var detail):
                Show(null);
                return new SyncInput.SnapshotLost(detail);
            case SnapshotOutcome.Refused(var refused): return Refused(refused);
            default: throw new InvalidOperationException($"{outcome} is no outcome of a snapshot.");
        }
    }

    SyncInput.SnapshotStored Told(StockSnapshot snapshot)
    {
        Show(new(snapshot.RowCount, snapshot.RowCountTotal));
        return new(snapshot);
    }

    void Show(ResyncProgress? progress) => agent.SyncStatus.Update(agent.SyncStatus.Current with { Resync = progress });

    /// <summary>A cache that goes on with its feed needs no reading that was begun once; its rows are summed at most every hour.</summary>
    SyncInput.CacheChecked Check()
    {
        if (agent.Snapshots.Current is not null) agent.Snapshots.Forget();
        Show(null);
        return new(IsDue(ref checkedAt) && agent.Snapshots.Sum(), agent.Snapshots.HasOld);
    }

    bool IsDue(ref DateTimeOffset? at)
    {
        var now = agent.Time.GetUtcNow();
        if (at is { } last && now - last < CacheReading.CheckInterval && now >= last) return false;
        at = now;
        return true;
    }

    SyncInput RepairCatalogue(SnapshotPage page)
    {
        if (!PageCheck.Holds(page)) return Refused(new PageOutcome.Damaged($"The catalogue's rows after '{page.AfterKey}' changed on the way; nothing of them was taken."));
        try
        {
            return new SyncInput.RangeRepaired(page.LastKey, agent.Snapshots.RepairCatalogue(PageReader.ReadCatalogueRows(page)));
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            return Refused(new PageOutcome.Malformed(e.Message));
        }
    }

    SyncInput Repair(SnapshotPage page)
    {
        try
        {
            return agent.Snapshots.Repair(PageReader.ReadSnapshotPage(page)) is { } corrected
                ? new SyncInput.RangeRepaired(page.LastKey, corrected)
                : Refused(new PageOutcome.OtherStore(agent.Ledger.Identity.Store));
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            return Refused(new PageOutcome.Malformed(e.Message));
        }
    }
}
