namespace EdgeRetail.CloudSync.Operations;

/// <summary>A part of a list in its order; next asks for the part after it, and is null where there is none.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
