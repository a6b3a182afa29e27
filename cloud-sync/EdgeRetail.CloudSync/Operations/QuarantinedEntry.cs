namespace EdgeRetail.CloudSync.Operations;

/// <summary>An entry in quarantine that names the product, or that nobody can read: what it says is in no figure.</summary>
public sealed record QuarantinedEntry(Guid EntryId, string Kind, string? DeviceCode, DateTimeOffset ReceivedAt, string Code, bool IsReadable);
