namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>
/// The cloud's products after <paramref name="AfterKey"/> through <paramref name="LastKey"/> (empty: to the end), as of one
/// database snapshot whose feed stood at <paramref name="HeadVersion"/>.
/// <paramref name="IsEqual"/>: the device's own rows are the same.
/// </summary>
public sealed record CatalogueRows(string AfterKey, string LastKey, long HeadVersion, IReadOnlyList<ProductRow> Rows, bool IsEqual);
