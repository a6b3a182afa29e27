namespace EdgeRetail.Checker.Reporting;

/// <summary>The report for people, at most 80 columns wide.</summary>
public static class ReportTable
{
    const int Width = 80;
    const int Indent = 18;

    public static void Write(CheckReport report, TextWriter output)
    {
        var figures = report.Figures;
        output.WriteLine($"{figures.EntriesRecorded:N0} entries in {figures.Ledgers} ledgers, {figures.EntriesInJournal:N0} in the journal of {figures.Stores} stores");
        output.WriteLine($"lost {figures.Lost:N0}, duplicated {figures.Duplicated:N0}, on their way {figures.OnTheirWay:N0}, quarantined {figures.Quarantined:N0}");
        output.WriteLine(new string('-', Width));
        foreach (var invariant in report.Invariants) Write(invariant, output);
        output.WriteLine(new string('-', Width));
        var holding = report.Invariants.Count(invariant => invariant.Holds is true);
        var notYet = report.Invariants.Count(invariant => invariant.NotYet);
        var unseen = report.Invariants.Count(invariant => invariant.Holds is null && !invariant.NotYet);
        output.WriteLine($"{holding} hold, {report.Broken.Count} broken, {unseen} not observed, {notYet} not yet");
        if (!report.Holds) output.WriteLine($"BROKEN: {string.Join(", ", report.Broken)}");
    }

    static void Write(InvariantResult invariant, TextWriter output)
    {
        var verdict = invariant switch
        {
            { NotYet: true } => "not yet",
            { Holds: true } => "holds",
            { Holds: false } => "BROKEN",
            _ => "not observed",
        };
        output.WriteLine($"{invariant.Id,-4} {verdict,-12} {invariant.Title}");
        if (invariant.NotYet) return;
        foreach (var line in Wrap(invariant.Detail)) output.WriteLine(line);
        foreach (var offender in invariant.Offenders)
        {
            foreach (var line in Wrap("! " + offender)) output.WriteLine(line);
        }

        if (invariant.OffenderCount > invariant.Offenders.Count)
            output.WriteLine($"{new string(' ', Indent)}! and {invariant.OffenderCount - invariant.Offenders.Count:N0} more");
    }

    static IEnumerable<string> Wrap(string text)
    {
        var margin = new string(' ', Indent);
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(Pieces))
        {
            if (line.Length > 0 && Indent + line.Length + 1 + word.Length > Width)
            {
                yield return margin + line;
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        if (line.Length > 0) yield return margin + line;
    }

    static IEnumerable<string> Pieces(string word) => word.Chunk(Width - Indent).Select(piece => new string(piece));
}
