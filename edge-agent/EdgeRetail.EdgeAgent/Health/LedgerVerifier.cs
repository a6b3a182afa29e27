namespace EdgeRetail.EdgeAgent.Health;

/// <summary>Checks what the device can show by itself of the protocol's invariants, from the database.</summary>
public sealed class LedgerVerifier
{
    public IReadOnlyList<InvariantResult> Verify() => throw new NotSupportedException();
}
