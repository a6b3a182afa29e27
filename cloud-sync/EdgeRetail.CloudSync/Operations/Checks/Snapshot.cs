using System.Data;
using Npgsql;

namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>Several connections that see the database as of one moment, read-only: a check may read two lists side by side.</summary>
sealed class Snapshot : IAsyncDisposable
{
    readonly NpgsqlDataSource database;
    readonly string id;
    readonly List<NpgsqlConnection> connections = [];

    Snapshot(NpgsqlDataSource database, NpgsqlConnection first, string id)
    {
        this.database = database;
        this.id = id;
        connections.Add(first);
    }

    /// <summary>The connection whose transaction keeps the snapshot.</summary>
    public NpgsqlConnection Connection => connections[0];

    public static async Task<Snapshot> TakeAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            await BeginAsync(connection, cancellationToken);
            await using var export = new NpgsqlCommand("select pg_export_snapshot()", connection);
            return new(database, connection, (string)(await export.ExecuteScalarAsync(cancellationToken))!);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>A further connection that sees the same.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        connections.Add(connection);
        await BeginAsync(connection, cancellationToken);
        // The id is PostgreSQL's own, of hexadecimal digits and dashes; the statement takes no parameters.
        await using var adopt = new NpgsqlCommand($"set transaction snapshot '{id}'", connection);
        await adopt.ExecuteNonQueryAsync(cancellationToken);
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        // Closing rolls back; there is nothing to keep.
        foreach (var connection in connections) await connection.DisposeAsync();
    }

    static async Task BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using var settings = new NpgsqlCommand("set transaction read only; set local work_mem = '64MB'", connection);
        await settings.ExecuteNonQueryAsync(cancellationToken);
    }
}
