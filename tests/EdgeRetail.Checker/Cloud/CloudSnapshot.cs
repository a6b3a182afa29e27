using System.Data;
using Npgsql;

namespace EdgeRetail.Checker.Cloud;

/// <summary>
/// One moment of the cloud's database, read by as many connections as a merge of several orders needs: all of them see the
/// snapshot that the first one exported. Nothing is written, nobody is locked out.
/// </summary>
sealed class CloudSnapshot : IAsyncDisposable
{
    readonly NpgsqlDataSource source;
    readonly List<NpgsqlConnection> connections = [];
    readonly string name;

    CloudSnapshot(NpgsqlDataSource source, NpgsqlConnection first, string name)
    {
        this.source = source;
        this.name = name;
        connections.Add(first);
    }

    /// <summary>PostgreSQL's own clock at the snapshot, the one server clock.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <exception cref="CheckInputException">The database is not reachable or not migrated.</exception>
    public static async Task<CloudSnapshot> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        NpgsqlDataSource? source = null;
        try
        {
            // Without a pool: the checker leaves no session behind in the database that it looked at.
            var builder = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 0, Timeout = 15, ApplicationName = "edgeretail-checker" };
            source = NpgsqlDataSource.Create(builder);
            var first = await BeginAsync(source, null, cancellationToken);
            await using var command = new NpgsqlCommand("SELECT pg_export_snapshot(), clock_timestamp(), to_regclass('journal') IS NOT NULL", first);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            if (!reader.GetBoolean(2)) throw new CheckInputException("DATABASE_NOT_MIGRATED", "The database has no table 'journal'. Name the cloud's database.");
            return new(source, first, reader.GetString(0)) { Now = reader.GetFieldValue<DateTimeOffset>(1) };
        }
        catch (Exception e) when (e is NpgsqlException or ArgumentException or TimeoutException)
        {
            if (source is not null) await source.DisposeAsync();
            throw new CheckInputException("DATABASE_UNREACHABLE", $"PostgreSQL cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Streams a query's rows over a connection of its own.</summary>
    public async Task<Cursor<T>> CursorAsync<T>(string sql, Func<System.Data.Common.DbDataReader, T> read, CancellationToken cancellationToken)
    {
        var connection = await BeginAsync(source, name, cancellationToken);
        connections.Add(connection);
        return await Cursor<T>.OpenAsync(new NpgsqlCommand(sql, connection), read, cancellationToken);
    }

    /// <summary>All rows of a small query.</summary>
    public async Task<List<T>> RowsAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connections[0]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows;
    }

    public async Task<T> ScalarAsync<T>(string sql, CancellationToken cancellationToken) =>
        (await RowsAsync(sql, reader => reader.GetFieldValue<T>(0), cancellationToken)).Single();

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in connections) await connection.DisposeAsync();
        await source.DisposeAsync();
    }

    static async Task<NpgsqlConnection> BeginAsync(NpgsqlDataSource source, string? snapshot, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken);
        await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var import = snapshot is null ? "" : $"SET TRANSACTION SNAPSHOT '{snapshot}'; ";
        await using var command = new NpgsqlCommand($"{import}SET LOCAL transaction_read_only = on; SET LOCAL work_mem = '64MB'", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return connection;
    }
}
