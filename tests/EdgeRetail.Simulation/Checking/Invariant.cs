namespace EdgeRetail.Simulation.Checking;

/// <summary>An invariant of the protocol, and how far runs are held to it.</summary>
/// <param name="Looked">When it is looked at; empty where it is not.</param>
/// <param name="Missing">What of it no run can show yet, or another suite shows, and why; empty: nothing.</param>
sealed record Invariant(string Id, string Looked, string Missing)
{
    const string Step = "at every step";
    const string Rest = "at rest";

    /// <summary>All of them, in the order of the protocol.</summary>
    public static readonly IReadOnlyList<Invariant> All =
    [
        new("S1", Rest, ""),
        new("S2", "at every step and at rest", ""),
        new("S3", "at every step and at rest", ""),
        new("S4", "at every step and at rest", ""),
        new("S5", "at every step and at rest", ""),
        new("S6", "whenever a device hears it", "that a commit is flushed is the crash labs' to show"),
        new("S7", "whenever the database is set back", "restores of a real archive are the crash lab's"),
        new("S8", "whenever a device forgets", ""),
        new("S9", Rest, ""),
        new("S10", Step, ""),
        new("S11", Step, ""),
        new("S12", "", "no edits yet: the issue on merge and conflicts"),
        new("S13", "at every step and at rest", ""),
        new("S14", Step, ""),
        new("S15", Step, ""),
        new("S16", Rest, ""),
        new("S17", "whenever a batch is committed or a device hears rows", "Lookup, and the account of what it refuses, come with look-ups across stores"),
        new("S18", Rest, ""),
        new("S19", "whenever something is recorded", "tax and discounts come with prices"),
        new("S20", "", "no audit rows in memory: the tests of the operator's surface"),
        new("S21", "whenever a device reports", "what the operator is shown of it is the end-to-end tests'"),
        new("S22", "whenever a device calls or sends", "log files and memory belong to processes: the labs"),
        new("S23", "whenever a program starts", ""),
        new("S24", Rest, "RECEIPT_REPEATED is an exception of the issue on merge and conflicts"),
        new("S25", "", "no published events yet: the issue on publishing"),
        new("L1", Rest, ""),
        new("L2", Step, ""),
        new("L3", "in a herd", "memory and other devices' waiting are measured by the bench herd"),
        new("L4", "as long as a cache is read anew", ""),
        new("V1", "by the suite, at the end of its campaigns", ""),
    ];

    public bool IsLookedAt => Looked.Length > 0;

    public override string ToString() => (IsLookedAt, Missing) switch
    {
        (true, "") => $"{Id,-4}{Looked}",
        (true, _) => $"{Id,-4}{Looked}; {Missing}",
        _ => $"{Id,-4}not yet: {Missing}",
    };
}
