namespace EdgeRetail.CloudSync.Operations;

/// <summary>What an entry says about a field of a product (null: the catalogue's value again), and the changes it was based on.</summary>
public sealed record EntryEdit(string Product, string? ProductName, string Field, string? Value, IReadOnlyList<Guid> BasedOn, Guid? ConflictId);
