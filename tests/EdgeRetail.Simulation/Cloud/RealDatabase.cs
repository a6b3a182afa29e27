using EdgeRetail.CloudSync.ChangeFeed;
using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Durability;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EdgeAgent.Enrolment;
using EdgeRetail.Simulation.Schedule;
using EdgeRetail.Simulation.Shop;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>
/// The product's stores over a PostgreSQL of its own, called from the run's one thread, which waits for each. Moving a device
/// to another store is the one thing that the product does not do yet: rows written here.
/// </summary>
sealed class RealDatabase : ICloudDatabase
{
    const string MoveSql = """
        WITH moved AS (
            UPDATE device SET store_id = $2, assignment_version = assignment_version + 1 WHERE device_id = $1 RETURNING device_id, store_id, assignment_version)
        INSERT INTO device_assignment (device_id, assignment_version, store_id, assigned_at_ms) SELECT device_id, assignment_version, store_id, $3 FROM moved
        """;
    const string ReadHeldSql = "SELECT device_id FROM device WHERE state = 'held' ORDER BY device_id";
    const string ReadStoreOfSql = "SELECT store_id FROM device WHERE device_id = $1";
    const string ReadHeadSql = "SELECT version FROM store_head WHERE store_id = $1";
    const string ReadNewestMarkSql = "SELECT coalesce(max(mark_id), 0) FROM durable_mark";
    const string ReadHeadsSql = "SELECT store_id, version, hash FROM store_head ORDER BY store_id";
    const string ReadJournalSql = """
        SELECT store_id, entry_id, hash, stream_id, sequence, quarantine_code IS NOT NULL, device_id, received_at_version, effective_time, effective_time_source, received_at_ms, bytes
        FROM journal ORDER BY store_id, received_at_version
        """;
    const string ReadTimesSql = "SELECT entry_id, effective_time, device_id FROM journal WHERE store_id = $1 AND entry_id = ANY ($2)";
    const string ReadStockSql = "SELECT store_id, product, on_hand FROM stock ORDER BY store_id, product";
    const string ReadSumsSql = "SELECT store_id, product, sum(delta)::bigint FROM effect WHERE product IS NOT NULL GROUP BY store_id, product";
    const string ReadStreamsSql = "SELECT stream_id, applied_through, applied_chain FROM stream";
    const string ReadSequencesSql = "SELECT stream_id, sequence, entry_id FROM stream_sequence";

    readonly RealServices services;
    readonly SeededSecrets secrets;
    readonly VirtualTime time;
    readonly SessionStore sessions;
    readonly BatchIngest ingest;
    readonly IncarnationKeeper incarnations;

    public RealDatabase(RealServices services, EventQueue queue, SeededSecrets secrets, IReadOnlyList<StoreId> stores)
    {
        this.services = services;
        this.secrets = secrets;
        Stores = stores;
        time = new(queue);
        var tokens = new SessionTokens(ModelDatabase.Keys);
        sessions = new(services.Database, tokens, secrets);
        ingest = services.NewIngest(tokens, time);
        incarnations = new(services.Database, secrets, NullLogger<IncarnationKeeper>.Instance);
        Now();
        services.Copies.Put(services.Migrated);
        MarkRestored();
        using var context = services.Database.CreateContext();
        var registry = new StoreRegistry(context, time);
        foreach (var store in stores)
        {
            var added = Wait(registry.AddAsync(new(store.Value, $"Store {store}", Shops.Currency, Shops.TimeZone, Shops.DayCutOffMinutes), CancellationToken.None));
            if (added is StoreAddition.Refused refused) throw new InvalidOperationException(refused.Problem.ToString());
        }
    }

    public string ConnectionString => services.ConnectionString;

    public IncarnationId Incarnation => Wait(incarnations.CurrentAsync(CancellationToken.None));

    public IReadOnlyList<StoreId> Stores { get; }

    static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    static void Wait(Task task) => task.GetAwaiter().GetResult();

    /// <summary>The database's clock shows the run's time, in whole milliseconds: those of the model.</summary>
    void Now() => services.SetClock(DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()));

    // ---- Sessions

    public SessionOpening Open(DeviceId device, Hello hello)
    {
        Now();
        return Wait(sessions.OpenAsync(device, hello, CancellationToken.None));
    }

    public void SaveOffset(DeviceId device, OffsetRecord offset)
    {
        Now();
        Wait(services.ClockOffsets.SaveAsync(device, offset, CancellationToken.None));
    }

    public BatchOutcome Ingest(DeviceId device, AssignedStores assigned, BatchPart part)
    {
        Now();
        var outcome = Wait(ingest.IngestAsync(device, assigned, part, CancellationToken.None));
        return outcome is BatchOutcome.Unavailable or BatchOutcome.Overloaded ? throw new InvalidOperationException($"A database that nobody else uses answers {outcome}.") : outcome;
    }

    public FeedPage Read(StoreId store, long cursor, FeedHash hash, StreamId stream) => Wait(services.StoreFeed.ReadAsync(store, new(cursor, hash), stream, CancellationToken.None));

    public IReadOnlyDictionary<EntryId, (long Time, int Device)> TimesOf(StoreId store, IReadOnlyCollection<EntryId> entries) =>
        Rows(ReadTimesSql, reader => (Entry: new EntryId(reader.GetGuid(0)), Time: reader.GetInt64(1), Device: reader.GetInt32(2)), store.Value, entries.Select(entry => entry.Value).ToArray())
            .ToDictionary(row => row.Entry, row => (row.Time, row.Device));

    public SnapshotPage Read(StoreId store, SnapshotRead read) => Wait(services.Snapshots.ReadAsync(store, read, CancellationToken.None));

    public long HeadOf(StoreId store) => Scalar<long>(ReadHeadSql, store.Value);

    // ---- Operators

    public DeviceEnrolment Add(StoreId store, string code, DeviceId? predecessor)
    {
        Now();
        using var context = services.Database.CreateContext();
        var registry = new DeviceRegistry(context, secrets, time);
        var device = new NewDevice(store.Value, code, Shops.CloudAddress) { SuccessorOf = predecessor?.ToString() };
        return Wait(registry.AddAsync(device, CancellationToken.None)) is DeviceAddition.Added { Enrolment: var file }
            ? new(
                new(file.CloudAddress), new(file.DeviceId), file.DeviceCode, file.Token, new(file.StreamId), file.ReceiptSeries, new(file.StoreId), file.AssignmentVersion, file.StoreName,
                Currency.Parse(file.Currency), file.TimeZone, file.DayCutOffMinutes, file.SettingsVersion)
            {
                Predecessor = predecessor,
            }
            : throw new InvalidOperationException($"Device {code} is not taken.");
    }

    public IReadOnlyList<DeviceId> Held() => Rows(ReadHeldSql, reader => new DeviceId(reader.GetInt32(0)));

    public void Release(DeviceId device)
    {
        Now();
        using var context = services.Database.CreateContext();
        Wait(new DeviceRegistry(context, secrets, time).ReleaseAsync(device.ToString(), CancellationToken.None));
    }

    public void Revoke(DeviceId device)
    {
        using var context = services.Database.CreateContext();
        Wait(new DeviceRegistry(context, secrets, time).RevokeAsync(device.ToString(), CancellationToken.None));
    }

    public void Move(DeviceId device, StoreId store)
    {
        using var command = new NpgsqlCommand(MoveSql, services.Own)
        {
            Parameters = { new() { Value = device.Value }, new() { Value = store.Value }, new() { Value = time.GetUtcNow().ToUnixTimeMilliseconds() } },
        };
        command.ExecuteNonQuery();
    }

    public bool Knows(DeviceId device) => Rows(ReadStoreOfSql, reader => reader.GetInt32(0), device.Value).Count > 0;

    public StoreId StoreOf(DeviceId device) => new(Scalar<int>(ReadStoreOfSql, device.Value));

    // ---- Backups

    public CloudImage TakeImage()
    {
        Now();
        _ = Wait(new DurableMarks(services.Own).TakeAsync(CancellationToken.None));
        return new RealCloudImage(services.Copies.Take(), Scalar<long>(ReadNewestMarkSql));
    }

    public void Put(CloudImage image, bool noticed)
    {
        services.Copies.Put(((RealCloudImage)image).Tables);
        if (noticed) MarkRestored();
    }

    void MarkRestored()
    {
        Now();
        Wait(new RestoreMark(services.Database.Queries, secrets).WriteAsync(CancellationToken.None));
    }

    public void PublishDurable(CloudImage image)
    {
        Now();
        var (marks, through) = (new DurableMarks(services.Own), ((RealCloudImage)image).MarkId);
        Wait(marks.RaiseAsync(through, CancellationToken.None));
        Wait(marks.ConfirmAsync(through, CancellationToken.None));
        Wait(marks.ForgetAsync(CancellationToken.None));
    }

    // ---- For the checks, by plain SQL

    public CloudContents Contents()
    {
        var journal = Rows(ReadJournalSql, reader => (Store: reader.GetInt32(0), Row: JournalOf(reader))).ToLookup(row => row.Store, row => row.Row);
        var stock = Rows(ReadStockSql, Figure).ToLookup(row => row.Store);
        var sums = Rows(ReadSumsSql, Figure).ToLookup(row => row.Store);
        return new(
            Rows(ReadHeadsSql, reader => (Store: reader.GetInt32(0), Version: reader.GetInt64(1), Hash: FeedHash.Read(reader.GetFieldValue<byte[]>(2))))
                .ConvertAll(head => new StoreContents(
                    new(head.Store), head.Version, head.Hash, [.. journal[head.Store]],
                    stock[head.Store].ToDictionary(row => row.Product, row => row.Thousandths), sums[head.Store].ToDictionary(row => row.Product, row => row.Thousandths))),
            Rows(ReadStreamsSql, reader => (Stream: new StreamId(reader.GetGuid(0)), Applied: reader.GetInt64(1), Chain: ChainHash.Read(reader.GetFieldValue<byte[]>(2))))
                .ToDictionary(row => row.Stream, row => (row.Applied, row.Chain)),
            Rows(ReadSequencesSql, reader => (new StreamId(reader.GetGuid(0)), reader.GetInt64(1), new EntryId(reader.GetGuid(2)))));
    }

    static JournalContents JournalOf(NpgsqlDataReader reader)
    {
        var hash = Hash256.Read(reader.GetFieldValue<byte[]>(2));
        // What is stored, not what is said of it.
        if (Hash256.Of(reader.GetFieldValue<byte[]>(11)) != hash) throw new Checking.ViolationException("S2", $"the bytes of journal row {reader.GetGuid(1)} are not those of its hash");
        return new(
            new(reader.GetGuid(1)), hash, new(reader.GetGuid(3)), reader.GetInt64(4), reader.GetBoolean(5), new(reader.GetInt32(6)), reader.GetInt64(7),
            new HybridTimestamp(reader.GetInt64(8)), reader.GetInt16(9), reader.GetInt64(10));
    }

    static (int Store, ProductCode Product, long Thousandths) Figure(NpgsqlDataReader reader) => (reader.GetInt32(0), ProductCode.Parse(reader.GetString(1)), reader.GetInt64(2));

    T Scalar<T>(string sql, params object[] parameters) => Rows(sql, reader => reader.GetFieldValue<T>(0), parameters)[0];

    List<T> Rows<T>(string sql, Func<NpgsqlDataReader, T> read, params object[] parameters)
    {
        using var command = new NpgsqlCommand(sql, services.Own);
        foreach (var parameter in parameters) command.Parameters.Add(new() { Value = parameter });
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    public void Dispose()
    {
    }
}
