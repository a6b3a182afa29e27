namespace EdgeRetail.Demo.Show;

/// <summary>PostgreSQL at a moment: entries in all, and by device; null where it does not answer now.</summary>
sealed record CloudScene(long Entries, IReadOnlyDictionary<string, long> ByDevice, IReadOnlyDictionary<int, long> StoreHeads, long CatalogueHead);
