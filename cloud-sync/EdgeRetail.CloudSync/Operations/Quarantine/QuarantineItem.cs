using EdgeRetail.CloudSync.CloudEntries;

namespace EdgeRetail.CloudSync.Operations.Quarantine;

/// <summary>An entry that stands or stood in quarantine, in a list.</summary>
public sealed record QuarantineItem(
    Guid EntryId, int StoreId, string StoreName, int DeviceId, string? DeviceCode, long Sequence, string Kind, string Code, string? Detail, DateTimeOffset ReceivedAt, long Version, Settlement? Settlement);
