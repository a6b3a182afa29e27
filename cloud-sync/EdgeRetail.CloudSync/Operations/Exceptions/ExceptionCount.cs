namespace EdgeRetail.CloudSync.Operations.Exceptions;

/// <summary>How many exceptions of a code stand open in a store, and since when.</summary>
public sealed record ExceptionCount(string Code, int Severity, int StoreId, string StoreName, long Open, DateTimeOffset OldestAt);
