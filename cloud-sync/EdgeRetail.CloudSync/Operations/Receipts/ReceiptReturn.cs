namespace EdgeRetail.CloudSync.Operations.Receipts;

/// <summary>What came back of a sold line with a refund or void.</summary>
public sealed record ReceiptReturn(int LineNumber, decimal Quantity, Guid EntryId, string Kind, string? Receipt, string? DeviceCode, DateTimeOffset EffectiveTime);
