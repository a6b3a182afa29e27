namespace EdgeRetail.Contracts.Wire;

/// <summary>One field of entry bytes: where it begins, how deep it is nested, what it is called where that is known, and what it says.</summary>
public sealed record EntryField(int Offset, int Depth, string Name, string Value);
