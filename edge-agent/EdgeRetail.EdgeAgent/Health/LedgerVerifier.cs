using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Health;

/// <summary>Checks what the device can show by itself of the protocol's invariants, from the database.</summary>
public sealed class LedgerVerifier
{
    internal LedgerVerifier(Database database, DeviceStateStore states, DataDirectory directory, TimeProvider time)
    {
        _ = (database, states, directory, time);
    }

    public IReadOnlyList<InvariantResult> Verify() => throw new NotSupportedException();
}
