namespace EdgeRetail.EndToEnd.Tests.CloudLab;

/// <summary>A moment at which a <see cref="PostgresWire"/> breaks something: on one side of a commit.</summary>
sealed record Failpoint(DatabaseWork Work, CommitSide Side)
{
    public static IReadOnlyList<Failpoint> All { get; } =
        [.. DatabaseWork.All.SelectMany(work => (Failpoint[])[new(work, CommitSide.Before), new(work, CommitSide.After)])];

    public override string ToString() => $"{(Side == CommitSide.Before ? "before" : "after")} the commit of {Work}";
}
