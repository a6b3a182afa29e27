using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>The device's entries, its identity and its place in the stream.</summary>
public sealed class LedgerStore
{
    /// <summary>Who the device is now; settings change with a Welcome.</summary>
    public DeviceIdentity Identity => throw new NotSupportedException();

    /// <summary>Everything that a Hello says, of one moment.</summary>
    public HelloState HelloState() => throw new NotSupportedException();

    /// <summary>The chain hash after the entry at <paramref name="sequence"/> of the current stream (0: the stream's start); null beyond the ledger.</summary>
    public ChainHash? ChainAt(long sequence) => throw new NotSupportedException();

    /// <summary>Persists token, verdict, incarnation, clock and settings, or nothing; synced to disk when it returns.</summary>
    public WelcomeOutcome SaveWelcome(SessionWelcome welcome) => throw new NotSupportedException();
}
