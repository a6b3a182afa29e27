using System.Data.Common;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.DevPostgres;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace EdgeRetail.CloudSync.Cli;

/// <summary>
/// The database a command works on, for as long as it works. A development database is shared: the first process starts it,
/// others adopt it, the last one out stops it.
/// </summary>
sealed class OpenDatabase : IAsyncDisposable
{
    /// <summary>The one database of the development server.</summary>
    public const string DevelopmentDatabase = "edgeretail";

    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    readonly EmbeddedPostgres? server;

    OpenDatabase(string connectionString, EmbeddedPostgres? server)
    {
        this.server = server;
        ConnectionString = connectionString;
        // The name keeps the connection string out of metrics' labels.
        DataSource = new NpgsqlDataSourceBuilder(connectionString) { Name = "edgeretail" }.Build();
    }

    public string ConnectionString { get; }

    public string Description => ConnectionText.WithoutSecrets(ConnectionString);

    public NpgsqlDataSource DataSource { get; }

    public bool IsDevelopment => server is not null;

    /// <summary>Whether another process had started the development server.</summary>
    public bool WasRunning => server is { Adopted: true };

    public CloudDbContext Context() =>
        new(new DbContextOptionsBuilder<CloudDbContext>().UseNpgsql(DataSource).UseSnakeCaseNamingConvention().Options);

    /// <summary>
    /// Opens the database and makes sure that its schema is this version's. Only a development database is brought there;
    /// with another one the command ends with the next step.
    /// </summary>
    public static async Task<OpenDatabase> MigratedAsync(DatabaseChoice choice, Terminal terminal, TimeProvider clock, CancellationToken cancellationToken)
    {
        var database = await ReachedAsync(choice, terminal, clock, cancellationToken);
        try
        {
            switch (await database.SchemaAsync(cancellationToken))
            {
                case SchemaState.NotMigrated when database.IsDevelopment:
                    await database.MigrateAsync(cancellationToken);
                    break;
                case SchemaState.NotMigrated state:
                    throw new CommandFailure(state.Problem, ExitCode.Database);
                case SchemaState.Newer state:
                    throw new CommandFailure(state.Problem, ExitCode.Database);
            }

            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the server, whatever the state of the schema, and whether the database exists already.</summary>
    public static async Task<OpenDatabase> ReachedAsync(DatabaseChoice choice, Terminal terminal, TimeProvider clock, CancellationToken cancellationToken)
    {
        switch (choice)
        {
            case DatabaseChoice.Development development:
                var server = await EmbeddedPostgres.StartAsync(
                    new()
                    {
                        Home = Path.Combine(development.StateDirectory, "postgres"),
                        Clock = clock,
                        Progress = terminal.Progress,
                    },
                    cancellationToken);
                return new(server.ConnectionStringTo(DevelopmentDatabase), server);
            case DatabaseChoice.Named named:
                var connection = ConnectionText.Read(named.ConnectionString);
                if (!new DbConnectionStringBuilder { ConnectionString = named.ConnectionString }.ContainsKey("Timeout")) connection.Timeout = (int)ConnectTimeout.TotalSeconds;
                connection.ApplicationName ??= "cloud-sync";
                return new(connection.ConnectionString, server: null);
            default:
                throw new ArgumentOutOfRangeException(nameof(choice));
        }
    }

    public async Task<SchemaState> SchemaAsync(CancellationToken cancellationToken)
    {
        await using var context = Context();
        return await SchemaState.ReadAsync(context, cancellationToken);
    }

    /// <summary>Makes the database where it is missing and brings its schema to this version's. Safe when several do it at once.</summary>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var context = Context();
        await context.Database.MigrateAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        if (server is not null) await server.DisposeAsync();
    }
}
