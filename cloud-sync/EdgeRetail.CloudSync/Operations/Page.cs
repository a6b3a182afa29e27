namespace EdgeRetail.CloudSync.Operations;

/// <summary>A part of a list in its order; <see cref="Next"/> asks for the part after it, null where there is none.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
