using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Health;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Outbox;

namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>Carries out what a session wants of the stores, on the thread that syncs. Used for one call after another.</summary>
sealed class StoreWork(Agent agent, Func<long> diskFreeBytes)
{
    readonly CacheWork caches = new(agent);

    /// <summary>The answer to the effect, where it has one.</summary>
    public SyncInput? Carry(SyncEffect effect) => effect switch
    {
        SyncEffect.ReadOutbox(var after, var entriesMax, var bytesMax) => new SyncInput.OutboxRead(agent.Outbox.ReadBatch(after, entriesMax, bytesMax)),
        SyncEffect.ReadChain(var sequence) => new SyncInput.ChainRead(sequence, agent.Ledger.ChainAt(sequence)),
        SyncEffect.PersistWelcome(var welcome) => Persist(welcome),
        SyncEffect.PersistAcknowledgement acknowledgement => Persist(acknowledgement),
        SyncEffect.ApplyPage(var page) => Apply(page),
        SyncEffect.ReadFigures => new SyncInput.FiguresRead(Figures()),
        SyncEffect.LayPage(var page, _) when agent.Snapshots.Current is null => Apply(page), // shown since
        _ => caches.Carry(effect),
    };

    SyncInput Persist(SessionWelcome welcome) => agent.Ledger.SaveWelcome(welcome) switch
    {
        WelcomeOutcome.Resumed => new SyncInput.WelcomeStored(),
        WelcomeOutcome.Opened => new SyncInput.WelcomeStored(agent.Ledger.HelloState()),
        WelcomeOutcome.NewStreamRequired(var detail) => new SyncInput.StoreRefused("LEDGER_FORKED", detail, SyncRetry.Hello) { Fork = new("LEDGER_FORKED", detail) },
        var outcome => throw new InvalidOperationException($"{outcome} is no outcome of a Welcome."),
    };

    SyncInput Persist(SyncEffect.PersistAcknowledgement acknowledgement) =>
        agent.Outbox.Acknowledge(acknowledgement.AppliedThrough, acknowledgement.AppliedChain, acknowledgement.DurableThrough, acknowledgement.Dispositions) switch
        {
            AcknowledgeOutcome.Accepted(var through) => new SyncInput.AcknowledgementStored(through),
            AcknowledgeOutcome.CloudBehind(var through) => new SyncInput.StoreRefused("CLOUD_WENT_BACK", $"The cloud had acknowledged {through} entries and now fewer.", SyncRetry.Hello),
            AcknowledgeOutcome.NewStreamRequired(var detail) => new SyncInput.StoreRefused("LEDGER_FORKED", detail, SyncRetry.Hello) { Fork = new("LEDGER_FORKED", detail) },
            var outcome => throw new InvalidOperationException($"{outcome} is no outcome of an acknowledgement."),
        };

    SyncInput Apply(Page page)
    {
        PageOutcome outcome;
        try
        {
            outcome = page.Feed == FeedKind.Store
                ? agent.Cache.ApplyStorePage(PageReader.ReadStorePage(page, agent.Ledger.HelloState().Stream))
                : PageCheck.Holds(page) ? agent.Cache.ApplyCataloguePage(PageReader.ReadCataloguePage(page))
                : new PageOutcome.Damaged($"The catalogue's page after version {page.FromVersion} changed on the way; nothing of it was taken.");
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            outcome = new PageOutcome.Malformed(e.Message);
        }

        return outcome switch
        {
            PageOutcome.Applied applied => new SyncInput.PageStored(page.Feed, applied.Version, applied.Covered) 
            {
                ChecksumDiffers = applied.ChecksumDiffers, HasOld = applied.LeavesRows, IsChecked = page.Feed == FeedKind.Catalogue && page.Check != 0,
            },
            _ => CacheWork.Refused(outcome),
        };
    }

    SyncFigures Figures()
    {
        var state = agent.Ledger.HelloState();
        var status = agent.Queries.Status();
        return new(state.LastSequence, state.Outbox.Count, state.Outbox.OldestAt, state.PendingCount, diskFreeBytes(), state.CacheDriftCount, state.Clock.WallTime)
        {
            Resync = status.Sync.Resync,
            Conditions = [.. status.Warnings, .. status.Conditions.Where(SyncConditions.IsForTheCloud)],
            QuarantinedCount = status.QuarantinedCount,
            DurableThrough = state.DurableThrough,
            OldestRetained = state.OldestRetained,
            RewindsThrough = status.RewindsThrough,
        };
    }
}
