namespace EdgeRetail.Checker;

/// <summary>The counts behind the verdicts. Lost: recorded, to be expected in the journal and not there. Duplicated: counted more than once.</summary>
public sealed record CheckFigures(
    int Ledgers,
    int Devices,
    int Stores,
    long EntriesRecorded,
    long EntriesInJournal,
    long Quarantined,
    long Effects,
    long Lost,
    long Duplicated,
    long OnTheirWay);
