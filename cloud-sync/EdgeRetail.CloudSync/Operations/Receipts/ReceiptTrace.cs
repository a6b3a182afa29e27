namespace EdgeRetail.CloudSync.Operations.Receipts;

/// <summary>All that is known under a receipt number, or under the entry id that its QR code carries; more than one match where a number was printed twice.</summary>
public sealed record ReceiptTrace(string Asked, DateTimeOffset AsOf, IReadOnlyList<ReceiptMatch> Matches);
