using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.DayCloses;
using EdgeRetail.EdgeAgent.Health;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Outbox;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>What staff see. Each answer is read in one snapshot of what is committed.</summary>
public sealed class DeviceQueries
{
    readonly Database database;
    readonly LedgerStore ledger;
    readonly DeviceStateStore states;
    readonly CacheStore cache;
    readonly SyncStatusStore syncStatus;
    readonly LedgerHealth health;
    readonly CoverageWatch coverage;
    readonly DeviceClock clock;
    readonly TimeProvider time;

    internal DeviceQueries(
        Database database, LedgerStore ledger, DeviceStateStore states, CacheStore cache, SyncStatusStore syncStatus, LedgerHealth health, CoverageWatch coverage, DeviceClock clock, TimeProvider time)
    {
        this.database = database;
        this.ledger = ledger;
        this.states = states;
        this.cache = cache;
        this.syncStatus = syncStatus;
        this.health = health;
        this.coverage = coverage;
        this.clock = clock;
        this.time = time;
    }

    /// <summary>Products by what was typed: an exact code first, then those whose words begin with every word typed.</summary>
    public IReadOnlyList<ProductView> SearchProducts(string text, int limit)
    {
        var state = states.Current;
        return database.Read(snapshot =>
        {
            var edits = new EditReader(snapshot, state);
            return ProductReader.Search(snapshot, text, limit).Select(product => View(snapshot, state.Identity.Store, edits.Of(product))).ToList();
        });
    }

    public ProductView? FindProduct(ProductCode code)
    {
        var state = states.Current;
        return database.Read(snapshot => ProductReader.Find(snapshot, code) is { } product ? View(snapshot, state.Identity.Store, new EditReader(snapshot, state).Of(product)) : null);
    }

    /// <summary>Stock figures in order of product code, after <paramref name="after"/>.</summary>
    public StockReading Stock(ProductCode? after, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var state = states.Current;
        var figures = database.Read(snapshot => StockReader.Page(snapshot, state.Identity.Store, after, limit));
        return new(state.Identity.Store, state.StoreAppliedAt, state.StoreCursor.Version, figures, figures.Count == limit ? figures[^1].Product : null);
    }

    /// <summary>One product's figure; zero where the device knows of none.</summary>
    public StockReading StockOf(ProductCode code)
    {
        var state = states.Current;
        var figure = database.Read(snapshot =>
        {
            var product = Find(snapshot, state, code);
            return StockReader.Of(snapshot, state.Identity.Store, code, product?.Name, product?.Unit ?? Unit.Each);
        });
        return new(state.Identity.Store, state.StoreAppliedAt, state.StoreCursor.Version, [figure], null);
    }

    /// <summary>What one product's figure is made of; at most so many own entries are told.</summary>
    public StockExplanation Explain(ProductCode code, int entriesMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(entriesMax);
        var state = states.Current;
        return database.Read(snapshot =>
        {
            var product = Find(snapshot, state, code);
            var (pending, count) = StockReader.PendingEntries(snapshot, state.Identity.Store, code, entriesMax);
            return new StockExplanation(
                state.Identity.Store, state.StoreAppliedAt, state.StoreCursor.Version, StockReader.Of(snapshot, state.Identity.Store, code, product?.Name, product?.Unit ?? Unit.Each), pending, count);
        });
    }

    /// <summary>The edits of products that this device made, the latest first, and what became of each.</summary>
    public IReadOnlyList<OwnEdit> Edits(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var state = states.Current;
        return database.Read(snapshot => new EditReader(snapshot, state).Own(limit));
    }

    /// <summary>A receipt of this device; null where its ledger has none of that number.</summary>
    public ReceiptView? Receipt(ReceiptNumber receipt)
    {
        var state = states.Current;
        if (receipt.DeviceCode != state.Identity.DeviceCode) return null;
        return database.Read(snapshot => LedgerStore.Find(snapshot, receipt) is { } stored ? View(snapshot, state, stored) : null);
    }

    /// <summary>What became of the entry under a receipt number of this device; null where its ledger has none.</summary>
    public EntryTrace? Trace(ReceiptNumber receipt)
    {
        var state = states.Current;
        if (receipt.DeviceCode != state.Identity.DeviceCode) return null;
        return database.Read(snapshot => LedgerStore.Find(snapshot, receipt) is { } stored ? Trace(snapshot, state, stored) : null);
    }

    /// <summary>What became of an entry of this device; null where its ledger has none of that id.</summary>
    public EntryTrace? Trace(EntryId entry)
    {
        var state = states.Current;
        return database.Read(snapshot => LedgerStore.Position(snapshot, entry) is { } position ? Trace(snapshot, state, LedgerStore.Read(snapshot, position)) : null);
    }

    /// <summary>The day as it stands: what was recorded since the latest close, and so many closes, the newest first.</summary>
    public DayStanding Day(int closesMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(closesMax);
        var state = states.Current;
        return database.Read(snapshot => new DayStanding(
            ledger.Today(state), state.Identity.Currency, OpenDay.Read(snapshot, state.Identity.Store).Figures, DayCloseTable.Latest(snapshot, state.Identity.Store, closesMax),
            state.BasePosition + state.AcknowledgedThrough));
    }

    /// <summary>The latest close of a business date; null where it was not closed here.</summary>
    public StoredClose? Close(DateOnly date)
    {
        var store = states.Current.Identity.Store;
        return database.Read(snapshot => DayCloseTable.Of(snapshot, store, date));
    }

    /// <summary>The first entries that the cloud has not acknowledged, in sequence.</summary>
    public IReadOnlyList<OutboxItem> Outbox(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var state = states.Current;
        return database.Read(snapshot => OutboxStore.ReadItems(snapshot, state, limit));
    }

    /// <summary>What nobody else has: entries that the cloud has not acknowledged or, with <paramref name="untilDurable"/>, does not have for good yet.</summary>
    public EntriesAtRisk AtRisk(bool untilDurable)
    {
        var state = states.Current;
        return database.Read(snapshot => EntriesAtRiskReader.Read(snapshot, state, untilDurable ? state.DurableThrough : state.AcknowledgedThrough));
    }

    public AgentStatus Status()
    {
        var state = states.Current;
        var sync = syncStatus.Current;
        var (outbox, quarantined) = database.Read(snapshot => (LedgerStore.OutboxFigures(snapshot, state), DispositionReader.Count(snapshot, DispositionKind.Quarantined)));
        return new(
            state.Identity,
            state.Stream,
            sync,
            SyncWords.For(sync, outbox.Count, time.GetUtcNow()),
            outbox,
            state.LastSequence,
            state.AcknowledgedThrough,
            state.DurableThrough,
            state.PendingCount,
            quarantined,
            state.StoreAppliedAt,
            state.StoreCursor.Version,
            state.CatalogueCursor.Version,
            cache.ProductCount,
            state.CacheDriftCount,
            state.NextReceiptNumber,
            health.DiskFreeBytes,
            health.Warnings())
        {
            Conditions = SyncConditions.Of(
                new(sync, state.AcknowledgedThrough, state.RewindsThrough, state.OpenedBecause, DateTimeOffset.FromUnixTimeMilliseconds(state.OpenedAtMilliseconds), clock.OffsetFromCloud, quarantined, coverage.IsLate),
                time.GetUtcNow()),
            RewindsThrough = state.RewindsThrough > state.AcknowledgedThrough ? state.RewindsThrough : 0,
        };
    }

    static EntryTrace Trace(Connection snapshot, DeviceState state, StoredEntry stored)
    {
        var header = stored.Entry.Header;
        var sequence = stored.Position - state.BasePosition;
        return new(
            stored.Id, stored.Entry.Kind, header.Store, header.Actor, DateTimeOffset.FromUnixTimeMilliseconds(header.Hlc.Milliseconds), stored.Position, state.Stream, sequence > 0 ? sequence : null,
            sequence <= state.AcknowledgedThrough, sequence <= state.DurableThrough, PendingTable.Has(snapshot, stored.Position), DispositionReader.Code(snapshot, stored.Position),
            DispositionReader.Settled(snapshot, stored.Position), View(snapshot, state, stored));
    }

    static CachedProduct? Find(Connection snapshot, DeviceState state, ProductCode code) =>
        ProductReader.Find(snapshot, code) is { } product ? new EditReader(snapshot, state).Of(product) : null;

    static ProductView View(Connection snapshot, StoreId store, CachedProduct product) => new(
        product.Code, product.Name, product.Brand, product.Size, product.Price, product.Unit, product.Version,
        StockReader.Of(snapshot, store, product.Code, product.Name, product.Unit)) { Terms = new(product.Tax, product.Pack), ContentUnit = DeviceCommands.ContentUnit(snapshot, product) };

    static ReceiptView? View(Connection snapshot, DeviceState state, StoredEntry stored)
    {
        var header = stored.Entry.Header;
        return stored.Entry switch
        {
            SaleRecorded sale => Voidable(Receipt(sale.Receipt, sale.Total, sale.Tenders, "", [.. sale.Lines.Select((line, index) => SaleLineView(line, index + 1))])),
            RefundRecorded refund => Receipt(refund.Receipt, refund.Total, refund.Tenders, refund.Reason, [.. refund.Lines.Select((line, index) => RefundLineView(line, index + 1))]),
            _ => null,
        };

        ReceiptView Receipt(ReceiptNumber number, Money total, IReadOnlyList<Tender> tenders, string reason, IReadOnlyList<ReceiptLineView> lines) => new(
            number, stored.Id, stored.Position, stored.Entry.Kind, header.Store, header.Store == state.Identity.Store ? state.Identity.StoreName : "", header.Actor,
            DateTimeOffset.FromUnixTimeMilliseconds(header.Hlc.Milliseconds), header.BusinessDate, lines, total, tenders, reason,
            stored.Position <= state.BasePosition + state.AcknowledgedThrough, DispositionReader.Code(snapshot, stored.Position)) { Settled = DispositionReader.Settled(snapshot, stored.Position) };

        ReceiptView Voidable(ReceiptView view) =>
            VoidLog.Find(snapshot, stored.Position) is { } by && LedgerStore.Read(snapshot, by) is { Entry: SaleVoided voided, Id: var id }
                ? view with { Voided = new(id, DateTimeOffset.FromUnixTimeMilliseconds(voided.Header.Hlc.Milliseconds), voided.Header.Actor, voided.Reason, voided.Approver) }
                : view;

        ReceiptLineView SaleLineView(SaleLine line, int number) => new(
            number, line.Sold, Name(line.Sold, line.Description), line.SoldQuantity, line.UnitPrice, line.Amount, line.UnknownProduct, null, Refunded(line, number))
        {
            Tax = line.Tax, Discount = line.Discount, Override = line.Override, Content = line.Pack is null ? null : new(line.Product, line.Quantity),
        };

        Quantity Refunded(SaleLine line, int number)
        {
            var thousandths = RefundLog.Find(snapshot, stored.Position, number).Thousandths;
            return line.SoldQuantity with { Thousandths = line.Pack is { } pack ? (long)((Int128)thousandths * 1000 / pack.ContentThousandths) : thousandths };
        }

        ReceiptLineView RefundLineView(RefundLine line, int number) => new(
            number, line.Product, Name(line.Product, line.Description), line.Quantity, line.UnitPrice, line.Amount, line.UnknownProduct, line.SaleLine, line.Quantity with { Thousandths = 0 });

        string Name(ProductCode product, string? description) => description ?? Find(snapshot, state, product)?.Name ?? product.Display;
    }
}
