namespace EdgeRetail.EdgeAgent.Outbox;

/// <summary>What an operator did about an entry in quarantine. Numbers as on the wire.</summary>
public enum SettlementKind
{
    Unspecified = 0,
    Voided = 1,
    Replayed = 2,
    Corrected = 3,
}
