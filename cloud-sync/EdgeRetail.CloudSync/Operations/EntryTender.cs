namespace EdgeRetail.CloudSync.Operations;

/// <summary>How a part of the total was paid, or paid back. Below 0 on a sale: change, given back in cash.</summary>
public sealed record EntryTender(string Kind, MoneyValue Amount);
