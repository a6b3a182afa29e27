using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>
/// Somebody counted: what was there of each product. The stock view shows it at once. <paramref name="Sheet"/> is the sheet that
/// the count belongs to; a stocktake of more than a thousand lines is several counts of one sheet.
/// </summary>
public sealed record CountStock(CommandId? Command, string Actor, CountSheetId? Sheet, IReadOnlyList<StockLine> Lines);
