namespace EdgeRetail.Kiosk.Api;

/// <summary>
/// A close of this kiosk. Its state is one of unsent, sent (the cloud has not answered), waitsForKey, certified, gaps; the gaps
/// say what is missing or differs.
/// </summary>
public sealed record DayCloseView(Guid EntryId, DateOnly Date, string State, string Words, IReadOnlyList<DayCloseGapView> Gaps, DayFiguresView Figures);
