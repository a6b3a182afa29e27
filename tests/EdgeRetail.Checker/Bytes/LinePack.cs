namespace EdgeRetail.Checker.Bytes;

/// <summary>The packs of a sold line, and what one of them holds.</summary>
public sealed record LinePack(string Product, long QuantityThousandths, long ContentThousandths);
