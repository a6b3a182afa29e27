namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>
/// Why this ledger and its stream have parted, so that it has to get a new one: a stable code, words for people, and up to
/// which sequence the two are known to be equal (0: not known).
/// </summary>
public sealed record ForkReason(string Code, string Message, long CommonThrough = 0);
