using NpgsqlTypes;

namespace EdgeRetail.CloudSync.Durability;

/// <summary>
/// What the server says of its log: the last file that was archived, the segment that is being written, whether a synchronous
/// standby is configured, and how far the hindmost of those that are there has flushed.
/// </summary>
public sealed record DurabilityFacts(string? LastArchived, string CurrentSegment, bool IsStandbyConfigured, NpgsqlLogSequenceNumber? StandbyFlushed);
