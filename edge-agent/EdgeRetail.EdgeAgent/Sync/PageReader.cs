using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.DayCloses;
using Google.Protobuf;
using CacheMarker = EdgeRetail.EdgeAgent.Cache.OwnMarker;

namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>Pages of the wire as the cache takes them. Pure.</summary>
static class PageReader
{
    /// <exception cref="FormatException">The page holds something that no row can hold.</exception>
    public static StorePage ReadStorePage(Page page, StreamId stream)
    {
        var rows = new EffectRow[page.Effects.Count];
        var version = page.FromVersion;
        EntryId? entry = null;
        for (var i = 0; i < rows.Length; i++)
        {
            var effect = page.Effects[i];
            version = checked(version + effect.VersionStep);
            if (effect.EntryId.Length != 0) entry = effect.EntryId.Length == 16 ? EntryId.Read(effect.EntryId.Span) : throw new FormatException($"An entry id has 16 bytes, not {effect.EntryId.Length}.");
            rows[i] = new(
                Signed(version),
                entry ?? throw new FormatException("The first effect of a page names no entry."),
                effect.Product.Length == 0 ? null : ProductCode.Parse(effect.Product),
                effect.DeltaThousandths,
                effect.OnHandThousandths,
                effect.Quarantined);
        }

        var marker = page.Marker is { } own ? new CacheMarker(stream, Signed(own.AppliedThrough), ChainHash.Read(own.AppliedChain.Span)) { DurableThrough = (long)Math.Min(own.DurableThrough, own.AppliedThrough) } : null;
        return new(new((int)page.Store), Signed(page.FromVersion), Signed(page.ToVersion), FeedHash.Read(page.Hash.Span), rows, marker)
        {
            Checksum = page.Checksum.Length == StockChecksum.Length ? StockChecksum.Read(page.Checksum.Span) : null,
            Settlements = [.. page.Settlements.Select(ReadSettlement)],
            Answers = [.. page.Certificates.Select(ReadAnswer)],
            Registers = [.. page.ProductEdits.Select(ReadRegister)],
        };
    }

    /// <exception cref="FormatException">The page holds something that no row can hold.</exception>
    public static StockRows ReadSnapshotPage(SnapshotPage page)
    {
        var rows = new SnapshotRow[page.Stock.Count];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = new(ProductCode.Parse(page.Stock[i].Product), page.Stock[i].OnHandThousandths, Signed(page.Stock[i].Version));
        var head = page.Head is { Version: > 0 } stood ? new Cache.FeedCursor(Signed(stood.Version), FeedHash.Read(stood.Hash.Span)) : Cache.FeedCursor.Start;
        return new(new((int)page.Store), page.AfterKey, page.LastKey, head, rows, Signed(page.RowsTotal), page.Equal) { Registers = [.. page.ProductEdits.Select(ReadRegister)] };
    }

    /// <exception cref="FormatException">The page holds something that no row can hold.</exception>
    public static CataloguePage ReadCataloguePage(Page page) => new(Signed(page.FromVersion), Signed(page.ToVersion), FeedHash.Read(page.Hash.Span), Products(page.Products))
    {
        Checksum = page.Checksum.Length == CatalogueChecksum.Length ? CatalogueChecksum.Read(page.Checksum.Span) : null,
    };

    /// <exception cref="FormatException">The page holds something that no row can hold.</exception>
    public static CatalogueRows ReadCatalogueRows(SnapshotPage page) => new(page.AfterKey, page.LastKey, Signed(page.Head?.Version ?? 0), Products(page.Products), page.Equal);

    static ProductRow[] Products(IReadOnlyList<ProductVersion> products)
    {
        var rows = new ProductRow[products.Count];
        for (var i = 0; i < rows.Length; i++)
        {
            var product = products[i];
            rows[i] = new(
                Signed(product.Version), ProductCode.Parse(product.Code), product.Name, product.Brand, product.Size,
                new(product.PriceMinor, Currency.Parse(product.Currency)), (Unit)product.Unit, product.Deleted) { Terms = PageCheck.Terms(product) };
        }

        return rows;
    }

    static RegisterRow ReadRegister(ProductRegister register) => new(
        ProductCode.Parse(register.Product), (Contracts.Entries.ProductField)register.Field, register.EntryId.Length == 0 ? null : Id(register.EntryId), register.EntryId.Length == 0 || register.Removed ? null : register.Value,
        Signed(register.Version), [.. register.BasedOn.Select(Id)], [.. register.Lost.Select(Id)], [.. register.Waiting.Select(Id)], register.Undecided, register.Actor, new(checked((int)register.Device)));

    static EntryId Id(ByteString id) => id.Length == 16 ? EntryId.Read(id.Span) : throw new FormatException($"An entry id has 16 bytes, not {id.Length}.");

    static SettlementRow ReadSettlement(Settlement settlement) => new(
        settlement.EntryId.Length == 16 ? EntryId.Read(settlement.EntryId.Span) : throw new FormatException($"An entry id has 16 bytes, not {settlement.EntryId.Length}."),
        (Outbox.SettlementKind)settlement.Kind, Signed(settlement.Version), settlement.Actor, settlement.Reason);

    static DayCloseAnswerRow ReadAnswer(DayCloseAnswer answer) => new(
        answer.CloseEntryId.Length == 16 ? EntryId.Read(answer.CloseEntryId.Span) : throw new FormatException($"An entry id has 16 bytes, not {answer.CloseEntryId.Length}."), answer.ToByteArray());

    static long Signed(ulong version) => version <= long.MaxValue ? (long)version : throw new FormatException("A version is out of range.");
}
