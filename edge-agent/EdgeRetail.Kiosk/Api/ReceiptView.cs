namespace EdgeRetail.Kiosk.Api;

/// <summary>A receipt as it is shown and printed. The kind is sale or refund; <see cref="Voided"/> is null where a sale stands.</summary>
public sealed record ReceiptView(
    string Number,
    Guid EntryId,
    string Kind,
    DateTimeOffset RecordedAt,
    string StoreName,
    string Actor,
    string Currency,
    int MinorDigits,
    long TotalMinor,
    IReadOnlyList<ReceiptLineView> Lines,
    IReadOnlyList<TenderView> Tenders,
    string? Reason,
    VoidedView? Voided)
{
    /// <summary>The taxes within the total, rate by rate.</summary>
    public IReadOnlyList<TaxView> Taxes { get; init; } = [];
}
