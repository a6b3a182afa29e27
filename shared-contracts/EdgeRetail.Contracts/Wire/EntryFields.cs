namespace EdgeRetail.Contracts.Wire;

/// <summary>Entry bytes field by field as far as they decode; where decoding ended, and why. Null where it came to the end.</summary>
public sealed record EntryFields(IReadOnlyList<EntryField> Fields, int EndedAt, string? EndedBecause);
