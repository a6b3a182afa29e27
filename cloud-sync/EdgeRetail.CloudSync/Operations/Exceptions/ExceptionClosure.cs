namespace EdgeRetail.CloudSync.Operations.Exceptions;

/// <summary>When it ended and by what: an entry at a version of its store, or, where both are absent, the catalogue.</summary>
public sealed record ExceptionClosure(DateTimeOffset At, Guid? EntryId, long? Version);
