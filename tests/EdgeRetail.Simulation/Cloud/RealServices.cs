using EdgeRetail.CloudSync.ChangeFeed;
using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Simulation.Shop;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>
/// One database and what a replica works on it with; runs follow one another on it. PostgreSQL's clock is a row here: the
/// schema that answers <c>clock_timestamp()</c> stands before the server's own in the search path.
/// </summary>
sealed class RealServices : IDisposable
{
    public const string ClockSchemaSql = """
        CREATE SCHEMA simulation;
        CREATE TABLE simulation.clock (now timestamptz NOT NULL);
        INSERT INTO simulation.clock VALUES ('2026-06-01 08:00:00+00');
        CREATE FUNCTION simulation.clock_timestamp() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT now FROM simulation.clock';
        """;

    const string SetClockSql = "UPDATE simulation.clock SET now = $1";

    readonly NpgsqlCommand setClock;
    DateTimeOffset clockAt;

    public RealServices(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = "simulation, pg_catalog, public" };
        ConnectionString = settings.ConnectionString;
        Database = new(ConnectionString, concurrentMerges: 1);
        StoreFeed = new(Database, Shops.PageRows);
        Snapshots = new(Database);
        ClockOffsets = new(Database);
        settings.Pooling = false;
        Own = new(settings.ConnectionString);
        Own.Open();
        Copies = new(Own);
        Migrated = Copies.Take();
        setClock = new(SetClockSql, Own) { Parameters = { new NpgsqlParameter<DateTimeOffset>() } };
        setClock.Prepare();
    }

    /// <summary>Whoever connects by it sees the run's time.</summary>
    public string ConnectionString { get; }

    public CloudDatabase Database { get; }

    public StoreFeedReader StoreFeed { get; }

    public SnapshotReader Snapshots { get; }

    public ClockOffsetStore ClockOffsets { get; }

    /// <summary>The simulator's own connection.</summary>
    public NpgsqlConnection Own { get; }

    public TableCopies Copies { get; }

    /// <summary>The rows of a database that was migrated and nothing else.</summary>
    public IReadOnlyList<byte[]> Migrated { get; }

    public BatchIngest NewIngest(SessionTokens tokens, TimeProvider time) => new(Database, tokens, new(1, time), time, new(1), NullLogger<BatchIngest>.Instance);

    public void SetClock(DateTimeOffset now)
    {
        if (now == clockAt) return;
        ((NpgsqlParameter<DateTimeOffset>)setClock.Parameters[0]).TypedValue = now;
        setClock.ExecuteNonQuery();
        clockAt = now;
    }

    public void Dispose()
    {
        setClock.Dispose();
        Own.Dispose();
        Database.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
