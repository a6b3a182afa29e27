namespace EdgeRetail.CloudSync.Operations;

/// <summary>How a part of the total was paid, or paid back.</summary>
public sealed record EntryTender(string Kind, MoneyValue Amount);
