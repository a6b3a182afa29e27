using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>A receipt as it is shown and printed: read from the ledger, names from the cache.</summary>
public sealed record ReceiptView(
    ReceiptNumber Receipt,
    EntryId Entry,
    long Position,
    EntryKind Kind,
    StoreId Store,
    string StoreName,
    string Actor,
    DateTimeOffset RecordedAt,
    DateOnly BusinessDate,
    IReadOnlyList<ReceiptLineView> Lines,
    Money Total,
    IReadOnlyList<Tender> Tenders,
    string Reason,
    bool Acknowledged,
    string? DispositionCode)
{
    /// <summary>Null where the sale stands.</summary>
    public ReceiptVoid? Voided { get; init; }

    /// <summary>What an operator did about it when it stood in quarantine: by whom and why; null where nobody did anything.</summary>
    public string? Settled { get; init; }
}
