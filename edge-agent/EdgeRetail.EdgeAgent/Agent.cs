using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Commands;
using EdgeRetail.EdgeAgent.Enrolment;
using EdgeRetail.EdgeAgent.Health;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Outbox;
using EdgeRetail.EdgeAgent.Retention;
using EdgeRetail.EdgeAgent.Salvage;
using EdgeRetail.EdgeAgent.Storage;
using EdgeRetail.EdgeAgent.Sync;

namespace EdgeRetail.EdgeAgent;

/// <summary>
/// One device's agent over its data directory, without hosting: whoever opens it holds the ledger alone until it is disposed.
/// </summary>
public sealed class Agent : IDisposable
{
    readonly LedgerLock held;
    readonly Database database;
    readonly DeviceStateStore states;
    readonly HighWaterFile highWater;
    readonly DataDirectory directory;
    readonly IdentityCopy identityCopy;
    readonly LedgerHealth health;
    readonly CoverageWatch coverage;
    readonly DeviceTokenFile token;
    string observed = "";

    Agent(AgentOptions options, DataDirectory directory, LedgerLock held, OpenedLedger opened, TimeProvider time)
    {
        this.held = held;
        this.directory = directory;
        (database, states, highWater) = (opened.Database, opened.States, opened.HighWater);
        OpeningNotes = opened.Notes;
        Salvaged = opened.Salvaged;
        token = new(directory.Token);
        Time = time;
        Clock = new(options, time, states);
        Ledger = new(database, states, Clock, options.TimeZoneDirectory, OnChanged);
        Outbox = new(database, states, OnChanged);
        Cache = new(database, states, time, options.CoveredRowsAtOnceMax, OnChanged);
        Snapshots = new(database, states, Cache, time, options.CoveredRowsAtOnceMax, OnChanged);
        SyncStatus = new(database, OnChanged);
        Commands = new(database, Ledger, states, options.ApprovalAboveHundredths, OnChanged);
        Pruner = new(database, states, time);
        var salvaged = database.Read(SalvageReports.Latest);
        Reserve = new(directory.Reserve, options.ReserveBytes);
        database.MakeRoom = Reserve.Release;
        SyncLoop = new(time);
        health = new(directory.Path, Ledger, Clock, states, database, highWater, SyncLoop, salvaged, Reserve, options.FreeBytes);
        coverage = new(database, states, time);
        Queries = new(database, Ledger, states, Cache, SyncStatus, health, coverage, Clock, time);
        Verifier = new(database, states, directory, Clock, salvaged);
        identityCopy = new(directory.IdentityCopy);
        identityCopy.Keep(states.Current.Identity, states.Current.Stream);
        database.DamageFound = OnDamageFound;
        if (database.Bytes > options.CheckBeforeStartBytesMax) CheckBesideSelling();
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

    public Pruner Pruner { get; }

    public TimeProvider Time { get; }

    internal ReserveFile Reserve { get; }

    /// <summary>Of the one loop that syncs this ledger.</summary>
    internal LoopDeadline SyncLoop { get; }

    internal DeviceStateStore States => states;

    internal long DiskFreeBytes => health.DiskFreeBytes;

    internal string LogDirectory => directory.Logs;

    /// <summary>Raised after the commit, on the thread that made it, outside the ledger's lock. Handlers are quick and do not throw.</summary>
    public event EventHandler<AgentChange>? Changed;

    /// <summary>What opening had to do that a person should find in the log.</summary>
    public IReadOnlyList<string> OpeningNotes { get; }

    /// <summary>What was saved of the ledger that was damaged at this opening; null where it was sound.</summary>
    public SalvageReport? Salvaged { get; }

    /// <summary>Whether the next opening looks at every page and entry, because damage was found or a repair was asked for.</summary>
    public bool IsRepairWanted => File.Exists(directory.RepairWanted);

    /// <summary>
    /// Opens the ledger of an enrolled device: migrates, asserts what the ledger relies on, and checks the file. A damaged one is
    /// set aside and a new one made of what can be read; one that went backwards gets a new stream. Neither stops the lane.
    /// </summary>
    /// <exception cref="LedgerException">NOT_ENROLLED, LEDGER_BUSY, LEDGER_DAMAGED where it cannot be told whose it is, LEDGER_NEWER_VERSION, LEDGER_UNUSABLE.</exception>
    public static Agent Open(AgentOptions options, TimeProvider time)
    {
        var directory = new DataDirectory(options.DataDirectory);
        var opening = new LedgerOpening(options, directory, time);
        if (!opening.IsEnrolled) throw NotEnrolled(directory);
        var held = LedgerLock.Acquire(directory.Lock);
        OpenedLedger? opened = null;
        try
        {
            opened = opening.Open() ?? throw NotEnrolled(directory);
            return new(options, directory, held, opened, time);
        }
        catch
        {
            opened?.Database.Dispose();
            opened?.HighWater.Dispose();
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
            directory.CreateDirectory();
            using var held = LedgerLock.Acquire(directory.Lock);
            new LedgerOpening(options, directory, time).Mend(enrolment);
            directory.Create();
            using (var database = Database.Open(directory.Ledger, time, options.Migrations))
            {
                Enroller.Enrol(database, time, enrolment);
                if (DeviceStateStore.Open(database) is { Current: var state }) new IdentityCopy(directory.IdentityCopy).Keep(state.Identity, state.Stream);
            }

            new DeviceTokenFile(directory.Token).Write(enrolment.Token);
        }
        catch (Exception e) when (FileTrouble.IsOf(e))
        {
            throw FileTrouble.Of(e, directory.Path);
        }
    }

    /// <summary>
    /// Returns once a sale could be recorded: whoever has the one writer, or writes the high-water mark, comes to an end. What the disk
    /// says is not asked.
    /// </summary>
    public void AwaitWriter()
    {
        database.AwaitWriter();
        highWater.AwaitWriter();
    }

    /// <summary>Has the next opening look at every page and entry of the ledger, and set it aside where anything is damaged.</summary>
    public static void WantRepair(AgentOptions options)
    {
        var directory = new DataDirectory(options.DataDirectory);
        if (!Directory.Exists(directory.Path)) throw NotEnrolled(directory);
        SyncedFile.Replace(directory.RepairWanted, "");
    }

    /// <summary>Looks what a person should know of, and tells where that is no longer what it was.</summary>
    internal void ObserveHealth()
    {
        coverage.Observe(SyncStatus.Current is { State: SyncState.Connected, Resync: null });
        var status = Queries.Status();
        var codes = string.Join(' ', status.Warnings.Concat(status.Conditions).Select(condition => condition.Code));
        if (codes == observed) return;
        observed = codes;
        OnChanged(AgentChange.Health);
    }

    /// <summary>Tells, and has the next session tell the cloud, that this device goes out of service.</summary>
    public void AnnounceDecommissioning(string words) =>
        health.Announce(new("DECOMMISSIONED", words, "Retire it in the cloud: 'cloud-sync device retire'."));

    /// <summary>
    /// Ends the agent for good: the device's key is shredded and the ledger moved into a folder of its own, which is returned; or
    /// erased, and null is returned. Nobody else can record anything in between.
    /// </summary>
    /// <exception cref="LedgerException">LEDGER_DISK_FULL, LEDGER_WRITE_FAILED: do it again.</exception>
    public string? Decommission(bool erase)
    {
        database.Dispose();
        highWater.Dispose();
        return new RetiredLedger(directory, Time).SetAside(erase);
    }

    /// <summary>The secret that the cloud knows this device by.</summary>
    /// <exception cref="LedgerException">NOT_ENROLLED.</exception>
    public string ReadDeviceToken() => token.Read();

    public void Dispose()
    {
        database.Dispose();
        highWater.Dispose();
        held.Dispose();
    }

    static LedgerException NotEnrolled(DataDirectory directory) =>
        new(LedgerException.NotEnrolled, $"There is no enrolled device in {directory.Path}.", "Enrol it: 'edgeretail enrol --from FILE --data DIR' with the file from 'cloud-sync device add'.");

    // A ledger of years takes seconds to read through, longer on a flash card; the lane does not wait for that.
    void CheckBesideSelling() => new Thread(() =>
    {
        if (database.FindDamage(thorough: false) is { } damage) OnDamageFound(damage);
    })
    {
        IsBackground = true, Name = "ledger check", Priority = ThreadPriority.BelowNormal,
    }.Start();

    /// <summary>Told while selling goes on; the next start mends it.</summary>
    void OnDamageFound(string damage)
    {
        if (health.IsDamaged) return;
        try
        {
            SyncedFile.Replace(directory.RepairWanted, damage + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then the next start looks as far as it does anyway.
        }

        health.Found(damage);
        OnChanged(AgentChange.Health);
    }

    void OnChanged(AgentChange change)
    {
        if (change == AgentChange.Settings) identityCopy.Keep(states.Current.Identity, states.Current.Stream);
        Changed?.Invoke(this, change);
    }
}
