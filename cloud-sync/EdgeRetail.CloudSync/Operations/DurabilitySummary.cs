namespace EdgeRetail.CloudSync.Operations;

/// <summary>
/// What is published as durable: in which mode, whether that was observed or is assumed, as of when, and how many marks wait.
/// </summary>
public sealed record DurabilitySummary(string? Mode, string Words, bool IsObserved, DateTimeOffset? PublishedAsOf, long MarksWaiting);
