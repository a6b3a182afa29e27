namespace EdgeRetail.CloudSync.Operations;

/// <summary>A device as an operator describes it: its store, the code that stands on its receipts, and where it finds the cloud.</summary>
public sealed record NewDevice(int StoreId, string DeviceCode, string CloudAddress)
{
    /// <summary>The id that it had in a history of the database which is gone: it comes back as what it was. Null: a new one.</summary>
    public int? DeviceId { get; init; }

    /// <summary>Code or id of the device whose ledger this one takes over: a copy of it that is enrolled anew.</summary>
    public string? SuccessorOf { get; init; }
}
