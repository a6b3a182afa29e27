using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>
/// The store's own value of a field of a product as the cloud merged it. Without <paramref name="Entry"/> no edit counts;
/// with it and without a value an edit took the store's own away: both times the catalogue's value counts.
/// </summary>
/// <param name="BasedOn">What an edit is based on that is made on sight of this.</param>
/// <param name="Lost">Concurrent edits whose value does not count; they wait for a person where it is undecided.</param>
/// <param name="Waiting">Edits whose own base the cloud has yet to see.</param>
/// <param name="Actor">Who made the edit that counts, and on which device; 0 is the cloud.</param>
public sealed record RegisterRow(
    ProductCode Product, ProductField Field, EntryId? Entry, string? Value, long Version, IReadOnlyList<EntryId> BasedOn, IReadOnlyList<EntryId> Lost, IReadOnlyList<EntryId> Waiting, bool Undecided,
    string Actor, DeviceId Device);
