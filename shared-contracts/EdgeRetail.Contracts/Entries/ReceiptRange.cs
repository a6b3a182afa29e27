namespace EdgeRetail.Contracts.Entries;

/// <summary>The receipts of one series: the lowest and the highest number, and how many there are.</summary>
public sealed record ReceiptRange(string DeviceCode, string Series, int First, int Last, long Count)
{
    public override string ToString() => $"{DeviceCode}-{Series}-{First:D6} to {Last:D6}";
}
