using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Commands;
using EdgeRetail.EdgeAgent.Enrolment;
using EdgeRetail.EdgeAgent.Health;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Outbox;

namespace EdgeRetail.EdgeAgent;

/// <summary>
/// One device's agent over its data directory, without hosting: whoever opens it holds the ledger alone until it is disposed.
/// </summary>
public sealed class Agent : IDisposable
{
    /// <summary>Opens the ledger of an enrolled device: migrates, asserts what the ledger relies on, and checks the file.</summary>
    /// <exception cref="Storage.LedgerException">NOT_ENROLLED, LEDGER_BUSY, LEDGER_DAMAGED, LEDGER_NEWER_VERSION, LEDGER_UNUSABLE.</exception>
    public static Agent Open(AgentOptions options, TimeProvider time) => throw new NotSupportedException();

    /// <summary>
    /// Makes the directory a device's, or refreshes token and address of the device it is already. The ledger, if there is one,
    /// is kept.
    /// </summary>
    /// <exception cref="Storage.LedgerException">LEDGER_OF_OTHER_DEVICE, or as <see cref="Open"/>.</exception>
    public static void Enrol(AgentOptions options, TimeProvider time, DeviceEnrolment enrolment) => throw new NotSupportedException();

    public DeviceCommands Commands => throw new NotSupportedException();

    public DeviceQueries Queries => throw new NotSupportedException();

    public LedgerStore Ledger => throw new NotSupportedException();

    public OutboxStore Outbox => throw new NotSupportedException();

    public CacheStore Cache => throw new NotSupportedException();

    public SyncStatusStore SyncStatus => throw new NotSupportedException();

    public DeviceClock Clock => throw new NotSupportedException();

    public LedgerVerifier Verifier => throw new NotSupportedException();

    public TimeProvider Time => throw new NotSupportedException();

    /// <summary>The secret that the cloud knows this device by.</summary>
    public string ReadDeviceToken() => throw new NotSupportedException();

    /// <summary>Raised after the commit, on the thread that made it, outside the ledger's lock. Handlers are quick and do not throw.</summary>
    public event EventHandler<AgentChange>? Changed;

    public void Dispose() => throw new NotSupportedException();

    internal void OnChanged(AgentChange change) => Changed?.Invoke(this, change);
}
