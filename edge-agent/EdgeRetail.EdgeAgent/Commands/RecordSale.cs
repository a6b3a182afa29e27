using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>Goods leave the shop for money. <paramref name="Tender"/> pays all of it, unless <see cref="Tenders"/> say how it is paid.</summary>
public sealed record RecordSale(CommandId? Command, string Actor, IReadOnlyList<SaleDraftLine> Lines, TenderKind Tender)
{
    /// <summary>What was handed over, in its order; null where one tender pays all.</summary>
    public IReadOnlyList<TenderDraft>? Tenders { get; init; }

    /// <summary>Who agreed to discounts and prices; empty where nobody was asked.</summary>
    public string Approver { get; init; } = "";
}
