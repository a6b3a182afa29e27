namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>The pending entries through a position, and how many rows they have.</summary>
readonly record struct MarkedEntries(long Through, int Entries, int Rows);
