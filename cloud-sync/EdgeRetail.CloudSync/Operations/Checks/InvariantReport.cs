namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>One invariant of the protocol as the database alone shows it: the first violations by name, and how many there are.</summary>
public sealed record InvariantReport(string Id, string Title, InvariantState State, long ViolationCount, IReadOnlyList<string> Violations, string? Detail);
