namespace EdgeRetail.Contracts.Identifiers;

/// <summary>Everything that the catalogue says of a product, as text and numbers and unjudged: also a row that rotted has its checksum.</summary>
public readonly record struct ProductContent(string Code, string Name, string Brand, string Size, long PriceMinor, string Currency, int Unit, bool Deleted, long Version);
