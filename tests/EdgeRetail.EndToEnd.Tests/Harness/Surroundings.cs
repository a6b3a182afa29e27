using EdgeRetail.TestKit;
using Npgsql;

namespace EdgeRetail.EndToEnd.Tests.Harness;

/// <summary>
/// What the tests of one run share, made when the first of them asks: one PostgreSQL server, a template database with two
/// stores and a catalogue, and the key of the session tokens.
/// </summary>
sealed class Surroundings
{
    public const int FirstStore = 1;
    public const int SecondStore = 2;

    /// <summary>Stores of their own for tests that share a cloud: 101, 102 …</summary>
    public const int SpareStoresFrom = 101;

    const int SpareStores = 40;

    static readonly TemporaryDirectory Folder = new();

    /// <summary>Once, also when it fails: then every test that needs it fails for the same reason.</summary>
    static readonly Lazy<Task<TestPostgres>> Server = new(() => TestPostgres.StartAsync(FillAsync));

    /// <summary>Holds the key of the session tokens, the same for all replicas.</summary>
    public static string StateDirectory => Folder["cloud"];

    public static TestPostgres Postgres => Server.Value.Result;

    /// <summary>A migrated database of its own, with the stores and the catalogue; its connection string.</summary>
    public static async Task<string> CreateDatabaseAsync()
    {
        var postgres = await Server.Value;
        return await postgres.CreateDatabaseAsync();
    }

    public static async Task CloseAsync()
    {
        if (Server is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }) await Postgres.DisposeAsync();
        Folder.Dispose();
    }

    /// <summary>Migrates an empty database and gives it the stores and the catalogue.</summary>
    public static async Task FillAsync(string connectionString)
    {
        var cloud = new CloudCommands(connectionString, StateDirectory);
        (await cloud.RunAsync("migrate")).AssertOk();
        (await cloud.RunAsync("store", "add", "--id", $"{FirstStore}", "--name", "Harbour", "--currency", "EUR", "--time-zone", "Europe/Berlin")).AssertOk();
        (await cloud.RunAsync("store", "add", "--id", $"{SecondStore}", "--name", "Station", "--currency", "EUR", "--time-zone", "Europe/Berlin")).AssertOk();
        await AddSpareStoresAsync(connectionString);
        var file = Folder["catalogue.csv"];
        await File.WriteAllTextAsync(file, Goods.CatalogueCsv);
        (await cloud.RunAsync("catalogue", "import", file, "--currency", "EUR")).AssertOk();
    }

    /// <summary>As <c>store add</c> left the first one; forty processes would take half a minute.</summary>
    static async Task AddSpareStoresAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        foreach (var table in (string[])["store", "store_head"])
        {
            await using var columns = new NpgsqlCommand($"select string_agg(column_name, ', ') from information_schema.columns where table_name = '{table}' and column_name <> 'store_id'", connection);
            var rest = (string)(await columns.ExecuteScalarAsync())!;
            await using var copy = new NpgsqlCommand(
                $"insert into {table} (store_id, {rest}) select number, {rest} from {table}, generate_series({SpareStoresFrom}, {SpareStoresFrom + SpareStores - 1}) number where store_id = {FirstStore}", connection);
            await copy.ExecuteNonQueryAsync();
        }
    }
}
