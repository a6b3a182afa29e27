using NpgsqlTypes;

namespace EdgeRetail.CloudSync.Durability;

/// <summary>A mark that is not published: where the write-ahead log stood after the streams were read, and the segment that ends it on the present timeline.</summary>
public sealed record WaitingMark(long MarkId, NpgsqlLogSequenceNumber Lsn, string Segment, TimeSpan Age);
