using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.CloudEntries;

/// <summary>The client's name for a request, and the SHA-256 of who asked for what.</summary>
public sealed record IdempotencyKey(string Key, Hash256 Print);
