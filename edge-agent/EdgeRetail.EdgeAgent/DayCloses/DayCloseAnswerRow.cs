using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.DayCloses;

/// <summary>What the cloud said to a close of this device, as it stood on the wire.</summary>
public sealed record DayCloseAnswerRow(EntryId Close, ReadOnlyMemory<byte> Answer);
