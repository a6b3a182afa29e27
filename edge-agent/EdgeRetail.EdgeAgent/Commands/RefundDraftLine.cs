using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>
/// One line that comes back: of a sold line of this device (then an empty product means the sold one, and amounts are pro rata
/// unless given), or without receipt, as a sale line.
/// </summary>
public sealed record RefundDraftLine(ProductCode Product, Quantity Quantity, ReceiptNumber? SoldOn = null, int? SoldLine = null, Money? UnitPrice = null, Money? Amount = null, string? Description = null, bool Unknown = false);
