namespace EdgeRetail.DeviceCli.Commands;

/// <summary>What <c>open</c> did: all lines of the file are recorded, now or before.</summary>
sealed record Opened(int Lines, Guid EntryId, long Position, bool Replayed);
