namespace EdgeRetail.EdgeAgent.Outbox;

/// <summary>What the cloud said became of <paramref name="Count"/> consecutive entries.</summary>
public sealed record EntryDisposition(long FirstSequence, long Count, DispositionKind Kind, string Code, string Reference);
