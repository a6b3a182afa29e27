using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;
using Npgsql;

namespace EdgeRetail.EndToEnd.Tests.CloudLab;

/// <summary>The failpoints themselves: what they say of a commit is so.</summary>
public sealed class PostgresWireTests
{
    [Test]
    public async Task A_line_cut_at_a_commit_leaves_nothing_before_it_and_everything_after_it([Values] CommitSide side, [Values] bool inTransaction)
    {
        var server = await Surroundings.CreateDatabaseAsync();
        await using var wire = new PostgresWire(new NpgsqlConnectionStringBuilder(server).Port);
        await using (var direct = new NpgsqlConnection(server + ";Pooling=false"))
        {
            await direct.OpenAsync();
            await ExecuteAsync(direct, "create table device_status_note (said text)");
            var work = inTransaction ? DatabaseWork.DurableMark : DatabaseWork.DeviceStatus;
            // Told by its text, as the product's.
            var statement = $"insert into device_status_note values ('{work.Sql}')";
            await using var through = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Port = wire.Port, Pooling = false, MaxAutoPrepare = 10, AutoPrepareMinUsages = 2 }.ConnectionString);
            await through.OpenAsync();
            for (var i = 0; i < 3; i++) await SayAsync();
            var rows = 3;
            Assert.That(await CountAsync(), Is.EqualTo(rows), "what no failpoint waits for goes through, prepared or not");

            var hit = false;
            var fired = wire.Arm(new(work, side), () => { hit = true; return Task.CompletedTask; });
            Assert.That(SayAsync, Throws.InstanceOf<NpgsqlException>().And.Not.InstanceOf<PostgresException>(), "nobody hears how it ended");
            await fired;
            Assert.That(hit, Is.True);
            if (side == CommitSide.After) rows++;
            // The server may still be at it.
            await Eventually.IsTrue(async () => await CountAsync() == rows && await OpenTransactionsAsync() == 0, $"{rows} rows are committed");

            async Task SayAsync()
            {
                if (inTransaction)
                {
                    await using var transaction = await through.BeginTransactionAsync();
                    await ExecuteAsync(through, statement);
                    await transaction.CommitAsync();
                }
                else
                {
                    await ExecuteAsync(through, statement);
                }
            }

            async Task<long> CountAsync() => await ScalarAsync(direct, "select count(*) from device_status_note");

            async Task<long> OpenTransactionsAsync() => await ScalarAsync(
                direct, "select count(*) from pg_stat_activity where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()");
        }

        await Surroundings.Postgres.DropDatabaseAsync(server);
    }

    [Test]
    public async Task Who_is_refused_at_the_door_is_told_why()
    {
        var server = await Surroundings.CreateDatabaseAsync();
        await using var wire = new PostgresWire(new NpgsqlConnectionStringBuilder(server).Port);
        wire.RefuseLogins(PostgresErrorCodes.TooManyConnections);
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Port = wire.Port, Pooling = false }.ConnectionString);
        Assert.That(connection.OpenAsync, Throws.InstanceOf<PostgresException>().With.Property(nameof(PostgresException.SqlState)).EqualTo(PostgresErrorCodes.TooManyConnections));
        await Surroundings.Postgres.DropDatabaseAsync(server);
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    static async Task<long> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
