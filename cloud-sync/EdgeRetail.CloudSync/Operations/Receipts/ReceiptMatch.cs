using EdgeRetail.CloudSync.CloudEntries;
using EdgeRetail.CloudSync.Operations.Exceptions;

namespace EdgeRetail.CloudSync.Operations.Receipts;

/// <summary>
/// An entry under a receipt number, from its device to what it came to: acknowledged to the device through so much of its
/// stream and durable through so much, what came back of its lines, what a person settled, and what there is to look at.
/// </summary>
public sealed record ReceiptMatch(
    EntryDetail Entry, long? AcknowledgedThrough, bool Acknowledged, bool Durable, IReadOnlyList<ReceiptReturn> Returns, Settlement? Settlement, IReadOnlyList<ExceptionItem> Exceptions);
