using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EdgeAgent.Ledger;

namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>
/// What the session wants done. Effects are carried out in the order in which they come, none before the one ahead of it is
/// finished: what is persisted before a message is on disk when the message leaves.
/// </summary>
public abstract record SyncEffect
{
    SyncEffect()
    {
    }

    public sealed record Send(DeviceMessage Message) : SyncEffect;

    /// <summary>Read the entries above <paramref name="AfterSequence"/>, of one store, within both bounds but at least one.</summary>
    public sealed record ReadOutbox(long AfterSequence, int EntriesMax, int BytesMax) : SyncEffect;

    /// <summary>Read the ledger's own chain hash at a sequence.</summary>
    public sealed record ReadChain(long Sequence) : SyncEffect;

    /// <summary>Keep the session's token and where it continues, which may be below what the cloud had acknowledged.</summary>
    public sealed record PersistWelcome(SessionWelcome Welcome) : SyncEffect;

    /// <summary>Keep how far the cloud has the stream, and what became of entries.</summary>
    public sealed record PersistAcknowledgement(long AppliedThrough, ChainHash AppliedChain, long DurableThrough, IReadOnlyList<Outbox.EntryDisposition> Dispositions) : SyncEffect;

    /// <summary>Apply the page, what it covers and its cursor in one transaction.</summary>
    public sealed record ApplyPage(Page Page) : SyncEffect;

    /// <summary>The reading of the stock of this history to go on with, or a new one.</summary>
    public sealed record OpenSnapshot(IncarnationId Incarnation) : SyncEffect;

    /// <summary>What was read of the stock is of no use.</summary>
    public sealed record ForgetSnapshot : SyncEffect;

    /// <summary>Add the rows to what is read beside what is shown.</summary>
    public sealed record StoreSnapshot(SnapshotPage Page) : SyncEffect;

    /// <summary>Lay a page of the store's feed over what was read, and show that where it may be and is whole.</summary>
    public sealed record LayPage(Page Page, bool MaySwitch) : SyncEffect;

    /// <summary>The catalogue's cursor goes back to the start; what its feed brings is of a reading of its own.</summary>
    public sealed record BeginCatalogue(IncarnationId Incarnation) : SyncEffect;

    /// <summary>Sum the stock rows that are shown, unless that was done a short while ago.</summary>
    public sealed record CheckCache : SyncEffect;

    /// <summary>Sum the stock rows that are shown.</summary>
    public sealed record SumCache : SyncEffect;

    public sealed record ReadRange(string AfterKey, int RowsMax) : SyncEffect;

    /// <summary>Correct the rows that are shown by the cloud's.</summary>
    public sealed record RepairRange(SnapshotPage Page) : SyncEffect;

    /// <summary>Sum the products, unless that was done a short while ago.</summary>
    public sealed record CheckCatalogue : SyncEffect;

    /// <summary>Sum the products.</summary>
    public sealed record SumCatalogue : SyncEffect;

    public sealed record ReadCatalogueRange(string AfterKey, int RowsMax) : SyncEffect;

    /// <summary>Correct products by the cloud's.</summary>
    public sealed record RepairCatalogueRange(SnapshotPage Page) : SyncEffect;

    /// <summary>Take a part of what no reading needs away.</summary>
    public sealed record DropOld(bool CatalogueIsWhole) : SyncEffect;

    public sealed record ReadFigures : SyncEffect;

    /// <summary>While busy a dead connection must be noticed within 40 seconds; idle, within minutes.</summary>
    public sealed record KeepAlive(bool Busy) : SyncEffect;

    /// <summary>Something that people have to hear of; the session goes on.</summary>
    public sealed record Alarm(string Code, string Message) : SyncEffect;

    /// <summary>The session is up: the device follows the cloud.</summary>
    public sealed record Established : SyncEffect;

    /// <summary>Close the call. Nothing follows.</summary>
    public sealed record EndCall(SyncEnd End) : SyncEffect;
}
