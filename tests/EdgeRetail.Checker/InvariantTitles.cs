namespace EdgeRetail.Checker;

/// <summary>The invariants of PROTOCOL §10, in order, in a few words; those of later releases are not checked yet.</summary>
static class InvariantTitles
{
    public static readonly IReadOnlyList<(string Id, string Title, string? NotYet)> All =
    [
        ("S1", "every committed entry is in the journal", null),
        ("S2", "one journal row per entry id, bytes equal", null),
        ("S3", "nothing in the journal that no device recorded", null),
        ("S4", "no gap in a stream, chains verify", null),
        ("S5", "stock is the fold of the journal", null),
        ("S6", "every acknowledgement was true", null),
        ("S7", "what was durable survives a restore", "durable watermark"),
        ("S8", "pruning keeps what it must", null),
        ("S9", "a restored cloud heals by itself", "restores"),
        ("S10", "one entry at each place of a stream", null),
        ("S11", "an older session commits nothing", null),
        ("S12", "concurrent edits: one conflict each", null),
        ("S13", "the latest count holds, in any order", null),
        ("S14", "caches are a gap-free prefix of the feeds", null),
        ("S15", "own entries are in the stock view once", null),
        ("S16", "at rest all is sent and caches agree", null),
        ("S17", "nothing crosses a store", null),
        ("S18", "effective time rises, within the bound", null),
        ("S19", "integer figures that add up", null),
        ("S20", "one audit row per operator's change", "audit"),
        ("S21", "what the status says is true", null),
        ("S22", "outbox, log files and streams are bounded", null),
        ("S23", "ledgers are whole, nothing confirmed is gone", null),
        ("S24", "receipt numbers: no gap, no repeat", null),
        ("S25", "published events: each entry, in order", "publishing"),
        ("L1", "after the faults every outbox drains", null),
        ("L2", "a bad entry does not delay the next", null),
        ("L3", "a herd of devices drains", "herds"),
        ("L4", "a snapshot ends", "snapshots"),
        ("V1", "every fault and verdict was exercised", "the simulator counts them"),
    ];
}
