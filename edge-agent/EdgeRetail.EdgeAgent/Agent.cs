using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Commands;
using EdgeRetail.EdgeAgent.Enrolment;
using EdgeRetail.EdgeAgent.Health;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Outbox;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent;

/// <summary>
/// One device's agent over its data directory, without hosting: whoever opens it holds the ledger alone until it is disposed.
/// </summary>
public sealed class Agent : IDisposable
{
    readonly LedgerLock held;
    readonly Database database;
    readonly DeviceTokenFile token;

    Agent(AgentOptions options, DataDirectory directory, LedgerLock held, Database database, DeviceStateStore states, TimeProvider time)
    {
        this.held = held;
        this.database = database;
        token = new(directory.Token);
        Time = time;
        Clock = new(options, time, states);
        Ledger = new(database, states, Clock, options.TimeZoneDirectory, OnChanged);
        Outbox = new(database, states, OnChanged);
        Cache = new(database, states, time, OnChanged);
        Snapshots = new(database, states, Cache, time, OnChanged);
        SyncStatus = new(database, OnChanged);
        Commands = new(database, Ledger, states, OnChanged);
        var health = new LedgerHealth(directory.Path, Ledger, Clock);
        Queries = new(database, states, Cache, SyncStatus, health, time);
        Verifier = new(database, states, directory, Clock);
        if (database.Bytes > options.CheckBeforeStartBytesMax) CheckBesideSelling(health);
    }

    public DeviceCommands Commands { get; }

    public DeviceQueries Queries { get; }

    public LedgerStore Ledger { get; }

    public OutboxStore Outbox { get; }

    public CacheStore Cache { get; }

    public SnapshotStore Snapshots { get; }

    public SyncStatusStore SyncStatus { get; }

    public DeviceClock Clock { get; }

    public LedgerVerifier Verifier { get; }

    public TimeProvider Time { get; }

    /// <summary>Raised after the commit, on the thread that made it, outside the ledger's lock. Handlers are quick and do not throw.</summary>
    public event EventHandler<AgentChange>? Changed;

    /// <summary>Opens the ledger of an enrolled device: migrates, asserts what the ledger relies on, and checks the file.</summary>
    /// <exception cref="LedgerException">NOT_ENROLLED, LEDGER_BUSY, LEDGER_DAMAGED, LEDGER_NEWER_VERSION, LEDGER_UNUSABLE.</exception>
    public static Agent Open(AgentOptions options, TimeProvider time)
    {
        var directory = new DataDirectory(options.DataDirectory);
        if (!directory.HasLedger) throw NotEnrolled(directory);
        var held = LedgerLock.Acquire(directory.Lock);
        Database? database = null;
        try
        {
            database = Database.Open(directory.Ledger, time);
            if (database.Bytes <= options.CheckBeforeStartBytesMax && database.FindDamage(thorough: false) is { } damage) throw Database.Damaged(directory.Ledger, damage);
            var states = DeviceStateStore.Open(database) ?? throw NotEnrolled(directory);
            return new(options, directory, held, database, states, time);
        }
        catch
        {
            database?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes the directory a device's, or refreshes token and address of the device it is already. The ledger, if there is one,
    /// is kept.
    /// </summary>
    /// <exception cref="LedgerException">LEDGER_OF_OTHER_DEVICE, LEDGER_DISK_FULL, LEDGER_WRITE_FAILED, or as <see cref="Open"/>.</exception>
    public static void Enrol(AgentOptions options, TimeProvider time, DeviceEnrolment enrolment)
    {
        var directory = new DataDirectory(options.DataDirectory);
        try
        {
            directory.Create();
            using var held = LedgerLock.Acquire(directory.Lock);
            using var database = Database.Open(directory.Ledger, time);
            Enroller.Enrol(database, time, enrolment);
            new DeviceTokenFile(directory.Token).Write(enrolment.Token);
        }
        catch (Exception e) when (FileTrouble.IsOf(e))
        {
            throw FileTrouble.Of(e, directory.Path);
        }
    }

    /// <summary>The secret that the cloud knows this device by.</summary>
    /// <exception cref="LedgerException">NOT_ENROLLED.</exception>
    public string ReadDeviceToken() => token.Read();

    public void Dispose()
    {
        database.Dispose();
        held.Dispose();
    }

    static LedgerException NotEnrolled(DataDirectory directory) =>
        new(LedgerException.NotEnrolled, $"There is no enrolled device in {directory.Path}.", "Enrol it: 'edgeretail enrol --from FILE --data DIR' with the file from 'cloud-sync device add'.");

    // A ledger of years takes seconds to read through, longer on a flash card; the lane does not wait for that.
    void CheckBesideSelling(LedgerHealth health) => new Thread(() =>
    {
        if (database.FindDamage(thorough: false) is not { } damage) return;
        health.Found(damage);
        OnChanged(AgentChange.Health);
    })
    {
        IsBackground = true, Name = "ledger check", Priority = ThreadPriority.BelowNormal,
    }.Start();

    void OnChanged(AgentChange change) => Changed?.Invoke(this, change);
}
