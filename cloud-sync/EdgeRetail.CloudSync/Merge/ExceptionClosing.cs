using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>The entry that ended it.</summary>
public sealed record ExceptionClosing(EntryId Entry, long Version);
