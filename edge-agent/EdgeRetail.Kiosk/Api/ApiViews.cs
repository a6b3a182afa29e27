using EdgeRetail.Contracts.Entries;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Commands;
using EdgeRetail.EdgeAgent.Health;
using EdgeRetail.EdgeAgent.Outbox;

namespace EdgeRetail.Kiosk.Api;

/// <summary>What the agent says, as the local API says it. The command line uses the same where it opens the ledger itself.</summary>
public static class ApiViews
{
    public static StatusResponse Of(AgentStatus status, string softwareVersion, DateTimeOffset now) => new(
        status.Identity.Device.Value,
        status.Identity.DeviceCode,
        status.Identity.Store.Value,
        status.Identity.StoreName,
        status.Identity.Currency.Code,
        status.Identity.Currency.MinorDigits,
        status.Identity.TimeZone,
        softwareVersion,
        status.Stream.ToString(),
        Of(status.Sync, status.Outbox, now),
        new(status.Outbox.Count, status.Outbox.OldestAt, status.LastSequence, status.AcknowledgedThrough, status.DurableThrough),
        status.PendingCount,
        status.QuarantinedCount,
        status.StockAsOf,
        new(status.CatalogueVersion, status.CatalogueProducts),
        status.StoreFeedVersion,
        status.CacheDriftCount,
        new(status.Identity.ReceiptSeries, status.NextReceiptNumber),
        new(status.DiskFreeBytes),
        [.. status.Warnings.Select(Of)],
        [.. status.Conditions.Select(Of)]);

    static WarningView Of(HealthWarning warning) => new(warning.Code, warning.Message, warning.NextStep);

    public static ProductView Of(EdgeAgent.Cache.ProductView product) => new(
        product.Code.Value,
        product.Code.Display,
        product.Name,
        product.Brand,
        product.Size,
        product.Price.MinorUnits,
        product.Price.Currency.Code,
        ApiWords.Of(product.Unit),
        product.Stock.OnHandThousandths,
        product.Stock.PendingThousandths)
    {
        Tax = product.Terms.Tax is { } tax ? new(tax.Id, tax.Hundredths, tax.Inclusive, ApiWords.Of(tax.Rounding)) : null,
        Content = product.Terms.Pack is { } pack ? new(pack.Product.Value, pack.Product.Display, pack.Thousandths, ApiWords.Of(product.ContentUnit)) : null,
    };

    public static StockItemView Of(StockFigure figure, EdgeAgent.Cache.ProductView? product) => new(
        figure.Product.Value,
        figure.Product.Display,
        product?.Name ?? figure.Name ?? "",
        product?.Brand ?? "",
        product?.Size ?? "",
        ApiWords.Of(figure.Unit),
        figure.OnHandThousandths,
        figure.PendingThousandths,
        product?.Price.MinorUnits);

    public static ReceiptView Of(EdgeAgent.Commands.ReceiptView receipt) => new(
        receipt.Receipt.ToString(),
        receipt.Entry.Value,
        receipt.Kind == EntryKind.RefundRecorded ? "refund" : "sale",
        receipt.RecordedAt,
        receipt.StoreName,
        receipt.Actor,
        receipt.Total.Currency.Code,
        receipt.Total.Currency.MinorDigits,
        receipt.Total.MinorUnits,
        [.. receipt.Lines.Select(Of)],
        [.. receipt.Tenders.Select(tender => new TenderView(ApiWords.Of(tender.Kind), tender.Amount.MinorUnits))],
        receipt.Reason.Length == 0 ? null : receipt.Reason,
        receipt.Voided is { } voided ? new(voided.Entry.Value, voided.RecordedAt, voided.Actor, voided.Reason, voided.Approver.Length == 0 ? null : voided.Approver) : null)
    {
        Taxes =
        [
            .. receipt.Lines.Where(line => line.Tax is not null).GroupBy(line => line.Tax!.Rate)
                .Select(rate => new TaxView(rate.Key.Id, rate.Key.Hundredths, rate.Key.Inclusive, rate.Sum(line => line.Tax!.Amount.MinorUnits))),
        ],
    };

    public static ExplainResponse Of(StockExplanation explanation) => new(
        explanation.Store.Value, explanation.AsOf, explanation.FeedVersion, explanation.Figure.Product.Value, explanation.Figure.Product.Display, explanation.Figure.Name ?? "", ApiWords.Of(explanation.Figure.Unit),
        explanation.Figure.CachedThousandths, explanation.Figure.PendingThousandths, explanation.Figure.OnHandThousandths,
        [.. explanation.Pending.Select(entry => new PendingEntryView(entry.Position, entry.Entry.Value, ApiWords.Of(entry.Kind), entry.RecordedAt, entry.AdjustmentThousandths, entry.CountedThousandths))],
        explanation.PendingCount);

    public static TraceResponse Of(EntryTrace trace) => new(
        trace.Entry.Value, ApiWords.Of(trace.Kind), trace.Store.Value, trace.Actor, trace.RecordedAt, trace.Position, trace.Stream.Value, trace.Sequence, trace.Acknowledged, trace.Durable, trace.Pending,
        trace.DispositionCode, trace.Settled, trace.Receipt is { } receipt ? Of(receipt) : null);

    public static OwnEditView Of(OwnEdit edit) => new(
        edit.Position, edit.Entry.Value, edit.RecordedAt, edit.Actor, edit.Product.Value, edit.Product.Display, ApiWords.Of(edit.Field), edit.Value, ApiWords.Of(edit.Outcome), edit.Shown,
        edit.ShownBy.Length == 0 ? null : edit.ShownBy, edit.ShownDevice?.Value);

    public static OutboxItemView Of(OutboxItem item) => new(item.Position, item.Sequence, item.Entry.Value, ApiWords.Of(item.Kind), item.Bytes, item.RecordedAt);

    public static InvariantView Of(InvariantResult result) => new(result.Id, result.Title, result.Holds, result.NotYet, result.Detail);

    public static RecordedResponse Of(CommandResult.Recorded recorded, EdgeAgent.Commands.ReceiptView? receipt) =>
        new(recorded.Entry.Value, recorded.Position, recorded.Receipt?.ToString(), recorded.Replayed, receipt is null ? null : Of(receipt));

    static ReceiptLineView Of(EdgeAgent.Commands.ReceiptLineView line) => new(
        line.Number,
        line.Product.Value,
        line.Product.Display,
        line.Name,
        line.Quantity.Thousandths,
        ApiWords.Of(line.Quantity.Unit),
        line.UnitPrice.MinorUnits,
        line.Amount.MinorUnits,
        line.UnknownProduct)
    {
        Tax = line.Tax is { } tax ? new(tax.Rate.Id, tax.Rate.Hundredths, tax.Rate.Inclusive, tax.Amount.MinorUnits) : null,
        Discount = line.Discount is { } discount ? new(discount.Amount.MinorUnits, discount.Reason, discount.Approver) : null,
        Override = line.Override is { } changed ? new(changed.OldUnitPrice.MinorUnits, changed.Reason, changed.Approver) : null,
        Content = line.Content is { } content ? new(content.Product.Value, content.Product.Display, content.Quantity.Thousandths, ApiWords.Of(content.Quantity.Unit)) : null,
    };

    /// <summary>
    /// The sentence comes without the seconds to the next try: whoever shows it live counts them, and a screen reader is not
    /// told every second.
    /// </summary>
    static SyncView Of(SyncStatus sync, OutboxFigures outbox, DateTimeOffset now) => new(
        ApiWords.Of(sync.State),
        sync.State switch
        {
            SyncState.Connected => "good",
            SyncState.Connecting or SyncState.Offline => "waiting",
            _ => "trouble",
        },
        SyncWords.For(sync with { NextAttemptAt = null }, outbox.Count, now),
        sync.State switch
        {
            SyncState.Held => SyncAdvice.NextStep(sync.LastErrorCode ?? ""),
            // Nothing is to be done about a network that comes back.
            SyncState.Offline when sync.LastErrorCode is { } code && SyncAdvice.FaultOf(code) is not (SyncFault.Network or SyncFault.Cloud) => SyncAdvice.NextStep(code),
            SyncState.Stopped => "It starts with the kiosk program; restart the kiosk.",
            _ => null,
        },
        sync.IsUpToDate,
        sync.LastContactAt,
        sync.LastErrorCode,
        sync.LastErrorMessage,
        sync.NextAttemptAt);
}
