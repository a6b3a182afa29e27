namespace EdgeRetail.CloudSync.Operations;

/// <summary>The packs that were sold: so many, each holding so much of the line's product. The unit price is of one pack.</summary>
public sealed record EntryLinePack(string Product, string Code, decimal Quantity, string Unit, decimal Content);
