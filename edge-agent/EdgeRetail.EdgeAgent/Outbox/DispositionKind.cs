namespace EdgeRetail.EdgeAgent.Outbox;

/// <summary>What became of an entry that was not plainly merged. Numbers as on the wire.</summary>
public enum DispositionKind
{
    Unspecified = 0,
    Duplicate = 1,
    Quarantined = 2,
    Conflict = 3,
    Exception = 4,
}
