using EdgeRetail.Contracts.Entries;

namespace EdgeRetail.EdgeAgent.DayCloses;

/// <summary>The business date now, what was recorded in the store since the latest close, and the latest closes, the newest first.</summary>
public sealed record DayStanding(DateOnly Today, Currency Currency, DayFigures Open, IReadOnlyList<StoredClose> Closes, long AcknowledgedThroughPosition);
