namespace EdgeRetail.CloudSync.Operations.Exceptions;

/// <summary>A state that a person should look at. Severity: 3 money may be missing, 2 a figure is wrong until somebody mends it, 1 it usually mends itself.</summary>
public sealed record ExceptionItem(
    Guid ExceptionId, int StoreId, string StoreName, string Code, int Severity, string Subject, string? ProductName, int DeviceId, string? DeviceCode, Guid EntryId, DateTimeOffset RaisedAt, long Version, string Detail, ExceptionClosure? Closure);
