using EdgeRetail.Contracts.Certificates;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.DayCloses;

/// <summary>A close of this device, and what the cloud said to it; null while it has said nothing.</summary>
public sealed record StoredClose(long Position, EntryId Entry, DateOnly Date, DayFigures Figures, DayCloseAnswer? Answer);
