using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>A cloud entry: a person decided between concurrent edits. It is an edit itself, based on all that it decides between.</summary>
public sealed record ConflictResolved(
    EntryHeader Header, ConflictId Conflict, ProductCode Product, ProductField Field, string? Value, IReadOnlyList<EntryId> BasedOn, string Reason) : Entry(Header)
{
    public override EntryKind Kind => EntryKind.ConflictResolved;
}
