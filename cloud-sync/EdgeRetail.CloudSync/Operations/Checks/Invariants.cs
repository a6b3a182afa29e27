namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>The invariants of the protocol that the database alone can show, under the names that the whole project uses.</summary>
public static class Invariants
{
    public const string OneRowPerEntry = "S2";
    public const string Authorised = "S3";
    public const string GapFreeStreams = "S4";
    public const string StockIsTheFold = "S5";
    public const string OneEntryPerSequence = "S10";
    public const string EditsConverge = "S12";
    public const string CountsHold = "S13";
    public const string GapFreeFeeds = "S14";
    public const string StoresApart = "S17";
    public const string TimeRises = "S18";
    public const string IntegersAddUp = "S19";
    public const string ReceiptsGapFree = "S24";

    public static readonly IReadOnlyList<(string Id, string Title)> Checked =
    [
        (OneRowPerEntry, "one journal row per entry id, its bytes as hashed"),
        (Authorised, "entries read, their devices and stores were authorised"),
        (GapFreeStreams, "every stream is 1 to applied-through, its chain recomputes"),
        (StockIsTheFold, "stock and effects are the fold of the journal"),
        (OneEntryPerSequence, "one entry at each sequence of a stream"),
        (EditsConverge, "each pair of concurrent edits has one conflict, rightly decided"),
        (CountsHold, "the latest count holds, movements after it add"),
        (GapFreeFeeds, "feeds are gap-free, their hashes recompute, no cursor is ahead"),
        (StoresApart, "nothing crosses a store"),
        (TimeRises, "effective time rises per device, at most a minute past receipt"),
        (IntegersAddUp, "lines sum to totals, every amount within its bounds"),
        (ReceiptsGapFree, "receipt numbers unique and gap-free per series"),
    ];

    /// <summary>Of this side, but of parts that are still to come.</summary>
    public static readonly IReadOnlyList<(string Id, string Title)> ToCome =
    [
        ("S20", "one audit row per operator change, chained"),
        ("S25", "every merged entry is published"),
    ];
}
