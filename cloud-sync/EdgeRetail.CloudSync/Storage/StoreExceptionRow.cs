namespace EdgeRetail.CloudSync.Storage;

/// <summary>A state that a person should look at, from the entry that raised it to what closed it.</summary>
public sealed class StoreExceptionRow
{
    public required int StoreId { get; init; }

    public required Guid ExceptionId { get; init; }

    public required string Code { get; init; }

    /// <summary>What it is about: a product, a receipt, a sale, a sold line or a device, as the code says.</summary>
    public required string Subject { get; init; }

    public required short Severity { get; init; }

    /// <summary>Of the entry that raised it; 0 for a cloud entry.</summary>
    public required int DeviceId { get; init; }

    public required Guid EntryId { get; init; }

    public required long RaisedAtVersion { get; init; }

    public required long RaisedAtMs { get; init; }

    public required string Detail { get; init; }

    /// <summary>Null while it is open.</summary>
    public long? ClosedAtMs { get; set; }

    /// <summary>The version of the entry that closed it; null where it was the catalogue.</summary>
    public long? ClosedAtVersion { get; set; }

    public Guid? ClosedBy { get; set; }
}
