using System.Globalization;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Commands;
using EdgeRetail.EdgeAgent.Enrolment;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;
using EdgeRetail.EdgeAgent.Sync;
using EdgeRetail.Simulation.Shop;

namespace EdgeRetail.Simulation.Devices;

/// <summary>
/// The product's agent over a data directory of its own, by the machine's clock. A connection of the simulator's stays open
/// beside it: it reads the rows for the checks, and as long as it is there SQLite does not tidy up behind an agent that ends,
/// so that the next one finds the files as a killed one leaves them.
/// </summary>
/// <remarks>
/// A power cut cuts the write-ahead log off where it was before one of the commits since the last synced one. Checkpoints are
/// made here, after a synced commit, long before SQLite would make one: none ever moves pages that a cut takes back. A full
/// disk refuses before the product is asked; how SQLite bears one is the crash lab's to show.
/// </remarks>
sealed class RealDisk : IDeviceDisk
{
    const string ReadOwnSql = "SELECT e.entry_id, e.store_id, EXISTS (SELECT 1 FROM pending p WHERE p.position = e.position) FROM entry e ORDER BY e.position";
    const string ReadBytesSql = "SELECT bytes FROM entry WHERE position = $position";
    const string ReadCachedSql = """
        SELECT product, on_hand FROM cache_stock
        WHERE generation = (SELECT stock_generation FROM identity WHERE singleton = 1) AND store_id = (SELECT store_id FROM identity WHERE singleton = 1) ORDER BY product
        """;
    const string ReadPendingSql = "SELECT product, sum(adjustment) FROM pending WHERE store_id = (SELECT store_id FROM identity WHERE singleton = 1) AND product <> '' GROUP BY product";

    const string RotSql = """
        UPDATE cache_stock SET on_hand = $onHand
        WHERE generation = (SELECT stock_generation FROM identity WHERE singleton = 1) AND store_id = (SELECT store_id FROM identity WHERE singleton = 1) AND product = $product
        """;
    const string LoseSql = """
        DELETE FROM cache_stock
        WHERE generation = (SELECT stock_generation FROM identity WHERE singleton = 1) AND store_id = (SELECT store_id FROM identity WHERE singleton = 1) AND product = $product
        """;
    const string IntegritySql = "PRAGMA quick_check(1)";

    const int ProductsMax = 1_000;

    // A frame is a page and 24 bytes; SQLite checkpoints by itself at a thousand of them.
    const long LogBytesMax = 300 * 4120;

    static readonly string[] LedgerFiles = ["ledger.db", "ledger.db-wal"];
    static readonly string[] Files = [.. LedgerFiles, "hwm", "identity.json", "device.token"];

    readonly MachineClock time;
    readonly string directory;
    readonly string bootIdFile;
    readonly Func<string> newDirectory;
    readonly Func<Guid> newCommand;
    readonly Func<int, int> below;

    /// <summary>How long the log was before each commit since the last synced one.</summary>
    readonly List<long> unsynced = [];
    (Agent Agent, StoreWork Work)? program;
    Connection? beside;

    RealDisk(MachineClock time, string directory, Func<string> newDirectory, Func<Guid> newCommand, Func<int, int> below)
    {
        this.below = below;
        this.time = time;
        this.directory = directory;
        this.newDirectory = newDirectory;
        this.newCommand = newCommand;
        bootIdFile = directory + ".boot";
    }

    public static RealDisk Enrolled(MachineClock time, Func<string> newDirectory, Func<Guid> newCommand, Func<int, int> below, DeviceEnrolment enrolment)
    {
        var disk = new RealDisk(time, newDirectory(), newDirectory, newCommand, below);
        disk.WriteBootId();
        Agent.Enrol(disk.Options, time, enrolment);
        return disk;
    }

    public static RealDisk Copied(MachineClock time, Func<string> newDirectory, Func<Guid> newCommand, Func<int, int> below, RealDiskImage image)
    {
        var disk = new RealDisk(time, newDirectory(), newDirectory, newCommand, below) { Release = image.Release };
        disk.WriteBootId();
        Copy(image.Directory, disk.directory, Files);
        return disk;
    }

    AgentOptions Options => new(directory)
    {
        BootIdFile = bootIdFile,
        BuildTime = MachineClock.BuildTime,
        FreeBytes = _ => Shops.DiskFreeBytes,
        Below = below,
        CoveredRowsAtOnceMax = 1,
        Migrations = LaterReleases.KnownTo(Release),
    };

    Agent Opened => Program().Agent;

    Connection Beside
    {
        get
        {
            Program();
            return beside ??= Connection.Open(Ledger, create: false);
        }
    }

    DeviceState Current => Opened.States.Current;

    public DeviceIdentity Identity => Opened.Ledger.Identity;

    public StreamId Stream => Current.Stream;

    public long LastSequence => Current.LastSequence;

    public long AcknowledgedThrough => Current.AcknowledgedThrough;

    public FeedCursor StoreCursor => Current.StoreCursor;

    public long OldestRetained => State().OldestRetained;

    public bool IsFull { get; set; }

    public int Release { get; private set; }

    public string DataDirectory => directory;

    string Ledger => Path.Combine(directory, "ledger.db");

    string Log => Path.Combine(directory, "ledger.db-wal");

    // ---- The program

    public void Start()
    {
        WriteBootId();
        CloseAgent();
        Program();
    }

    /// <summary>The program that runs over the files; it is started where none does.</summary>
    (Agent Agent, StoreWork Work) Program()
    {
        if (program is { } running) return running;
        var agent = Agent.Open(Options, time);
        program = running = (agent, new(agent, () => Shops.DiskFreeBytes));
        _ = Beside;
        return running;
    }

    void CloseAgent()
    {
        program?.Agent.Dispose();
        program = null;
    }

    /// <summary>The files are nobody's for a while; the last connection that closes tidies up.</summary>
    void Close()
    {
        CloseAgent();
        beside?.Dispose();
        beside = null;
    }

    void WriteBootId() => File.WriteAllText(bootIdFile, time.BootId.ToString("x16", CultureInfo.InvariantCulture) + "0000000000000000");

    public HelloState State() => Opened.Ledger.HelloState();

    // ---- Recording

    public Recorded Record(Draft draft)
    {
        if (IsFull) throw new DiskFullException();
        var (entry, position, receipt) = draft.Poison ? RecordPoison(draft) : RecordByCommand(draft);
        Synced();
        using var row = Beside.Prepare(ReadBytesSql);
        if (!row.Bind("$position", position).Step()) throw new InvalidOperationException($"Entry {entry} was recorded at position {position} and is not there.");
        return new(entry, row.Blob(0).ToArray(), Identity.Device, Identity.Store, receipt);
    }

    (EntryId Entry, long Position, ReceiptNumber? Receipt) RecordByCommand(Draft draft)
    {
        var (commands, command, currency) = (Opened.Commands, new CommandId(newCommand()), Identity.Currency);
        var result = draft.Kind switch
        {
            DraftKind.Sale => commands.Execute(new RecordSale(
                command, Entries.Actor,
                [.. draft.Lines.Select(line => new SaleDraftLine(line.Product, new(line.Thousandths, Unit.Each), new Money(line.PriceMinor, currency), null, Entries.Description, Unknown: true))], TenderKind.Cash)),
            DraftKind.GoodsReceived => commands.Execute(new ReceiveGoods(command, Entries.Actor, "", [.. draft.Lines.Select(line => new StockLine(line.Product, new(line.Thousandths, Unit.Each)))])),
            DraftKind.Void => commands.Execute(new VoidSale(command, Entries.Actor, draft.Voids!.Receipt, Entries.VoidReason, "")),
            DraftKind.Waste => commands.Execute(new WasteStock(command, Entries.Actor, draft.Lines[0].Product, new(draft.Lines[0].Thousandths, Unit.Each), Entries.Waste, "")),
            DraftKind.Adjustment => commands.Execute(new AdjustStock(command, Entries.Actor, draft.Lines[0].Product, new(draft.Lines[0].Thousandths, Unit.Each), Entries.Reason, "")),
            DraftKind.Count => commands.Execute(new CountStock(command, Entries.Actor, null, [.. draft.Lines.Select(line => new StockLine(line.Product, new(line.Thousandths, Unit.Each)))])),
            _ => throw new ArgumentOutOfRangeException(nameof(draft), draft.Kind, "Nobody records this."),
        };
        return result is CommandResult.Recorded recorded
            ? (recorded.Entry, recorded.Position, recorded.Receipt)
            : throw new InvalidOperationException($"The product refuses what staff record: {result}");
    }

    /// <summary>No command makes what the cloud cannot merge; the ledger takes it as it takes every entry.</summary>
    (EntryId Entry, long Position, ReceiptNumber? Receipt) RecordPoison(Draft draft)
    {
        var (ledger, currency) = (Opened.Ledger, Identity.Currency);
        return Opened.States.Write<(EntryId, long, ReceiptNumber?)>(Durability.Synced, (tx, state) =>
            ledger.Append(tx, state, Entries.Actor, draft.TakesReceipt, (header, receipt) => Entries.Of(draft, Entries.Poisoned(header), receipt, currency)) is AppendOutcome.Appended appended
                ? ((appended.Entry, appended.Position, appended.Receipt), appended.Next)
                : throw new InvalidOperationException("The ledger refuses an entry of a later release."));
    }

    // ---- The session's work

    public SyncInput? Carry(SyncEffect effect)
    {
        if (effect is SyncEffect.KeepAlive or SyncEffect.Established) return null;
        if (IsFull && DiskWrites.IsOne(effect)) throw new DiskFullException();
        var work = Program().Work;
        var before = LogBytes();
        // The model has no rows to clear away: here they go before anybody asks whether some are left, as part of what is asked.
        while ((effect is SyncEffect.CheckCache or SyncEffect.DropOld) && Opened.Snapshots.DropPassedRows())
        {
        }

        var answer = work.Carry(effect);
        if (answer is SyncInput.StoreRefused) return answer;
        // The model has no health to report: a report more would draw other chances for all that follows.
        if (answer is SyncInput.FiguresRead(var figures)) return new SyncInput.FiguresRead(figures with { Conditions = [], QuarantinedCount = 0 });
        if (answer is SyncInput.PageStored stored) answer = stored with { HasOld = false };
        if (DiskWrites.IsRepeatable(effect)) unsynced.Add(before);
        else if (effect is SyncEffect.PersistWelcome) Synced();
        return answer;
    }

    public void Prune()
    {
        var before = LogBytes();
        if (Opened.Pruner.Prune(underPressure: true, CancellationToken.None).Entries > 0) unsynced.Add(before);
    }

    void Synced()
    {
        unsynced.Clear();
        if (LogBytes() > LogBytesMax) Beside.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    long LogBytes() => File.Exists(Log) ? new FileInfo(Log).Length : 0;

    // ---- What is there

    public IReadOnlyList<OwnEntry> Own()
    {
        var own = new List<OwnEntry>();
        using var rows = Beside.Prepare(ReadOwnSql);
        while (rows.Step()) own.Add(new(EntryId.Read(rows.Blob(0)), new(rows.Int32(1)), rows.Int64(2) == 1));
        return own;
    }

    public ChainHash? ChainAt(long sequence) => Opened.Ledger.ChainAt(sequence);

    public IReadOnlyDictionary<ProductCode, long> Cached() => Figures(ReadCachedSql);

    public IReadOnlyDictionary<ProductCode, long> Pending() => Figures(ReadPendingSql);

    public IReadOnlyDictionary<ProductCode, long> Shown() => Opened.Queries.Stock(null, ProductsMax).Figures.ToDictionary(figure => figure.Product, figure => figure.OnHandThousandths);

    Dictionary<ProductCode, long> Figures(string sql)
    {
        var figures = new Dictionary<ProductCode, long>();
        using var rows = Beside.Prepare(sql);
        while (rows.Step()) figures[ProductCode.Parse(rows.Text(0))] = rows.Int64(1);
        return figures;
    }

    // ---- Its files

    public bool IsWhole()
    {
        using var rows = Beside.Prepare(IntegritySql);
        return rows.Step() && rows.Text(0) == "ok";
    }

    public DiskImage TakeImage()
    {
        var image = newDirectory();
        Copy(directory, image, Files);
        return new RealDiskImage(image, Release);
    }

    public void Put(DiskImage image, bool ledgerAlone)
    {
        Close();
        unsynced.Clear();
        var put = (RealDiskImage)image;
        Copy(put.Directory, directory, ledgerAlone ? LedgerFiles : Files);
        // A ledger of a later release needs that release.
        Release = ledgerAlone ? Math.Max(Release, put.Release) : put.Release;
        Program();
    }

    public void LosePower(double share)
    {
        if (unsynced.Count == 0) return;
        var cut = unsynced[(int)(share * unsynced.Count)];
        unsynced.Clear();
        var rest = newDirectory();
        Copy(directory, rest, Files);
        using (var log = File.Open(Path.Combine(rest, "ledger.db-wal"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            log.SetLength(Math.Min(cut, log.Length));
        }

        Close();
        Copy(rest, directory, Files);
    }

    /// <summary>By the simulator's own connection: the running program knows nothing of it.</summary>
    public void Rot(ProductCode product, long? onHand)
    {
        Program();
        var before = LogBytes();
        using var change = Beside.Prepare(onHand is null ? LoseSql : RotSql);
        change.Bind("$product", product.Value);
        if (onHand is { } figure) change.Bind("$onHand", figure);
        change.Run();
        unsynced.Add(before);
    }

    public void Upgrade(IReadOnlyList<double> killedAt)
    {
        CloseAgent();
        Release++;
        foreach (var share in killedAt) KillMigration(share);
        Program();
        Synced();
    }

    /// <summary>What is on the disk when the process is gone within the migration is all there is of it.</summary>
    void KillMigration(double share)
    {
        var statements = LaterReleases.StatementsOf(Release);
        var rest = newDirectory();
        using (var migrating = Connection.Open(Ledger, create: false))
        {
            // So few pages in memory that what is not committed reaches the log, as it may on a small machine.
            migrating.Execute("PRAGMA cache_size = 1; PRAGMA cache_spill = 1; PRAGMA foreign_keys = ON; BEGIN IMMEDIATE");
            foreach (var statement in statements.Take((int)(share * (statements.Count + 1)))) migrating.Execute(statement);
            Copy(directory, rest, Files);
        }

        Close();
        Copy(rest, directory, Files);
    }

    public void Adopt(DeviceEnrolment enrolment)
    {
        CloseAgent();
        Agent.Enrol(Options, time, enrolment);
        Synced();
        Program();
    }

    /// <summary>What is not in the one is not in the other. The log's index is made anew from the log.</summary>
    static void Copy(string from, string to, IReadOnlyList<string> files)
    {
        Directory.CreateDirectory(to);
        File.Delete(Path.Combine(to, "ledger.db-shm"));
        foreach (var name in files)
        {
            var (source, target) = (Path.Combine(from, name), Path.Combine(to, name));
            if (File.Exists(source)) File.Copy(source, target, overwrite: true);
            else File.Delete(target);
        }
    }

    public void Dispose() => Close();
}
