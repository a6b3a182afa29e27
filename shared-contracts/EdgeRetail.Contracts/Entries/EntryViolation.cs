namespace EdgeRetail.Contracts.Entries;

/// <summary>One way in which an entry breaks the rules: a stable code and a sentence for people.</summary>
public sealed record EntryViolation(string Code, string Message);
