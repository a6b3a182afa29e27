using EdgeRetail.CloudSync.Operations;
using Npgsql;

namespace EdgeRetail.CloudSync.Durability;

/// <summary>Which mode fits a server.</summary>
public static class DurabilitySetup
{
    public static readonly Problem Unreadable = new(
        "DURABILITY_INVALID", "--durability is none of archive, standby and age:N.", "Write archive, standby, or an age in days or hours from age:1h to age:3650d, like age:14d; it has to exceed the oldest backup that you would restore.");

    const string ReadSql = "SELECT current_setting('archive_mode') IN ('on', 'always'), current_setting('synchronous_standby_names') <> ''";

    /// <summary>Archive where the server archives; else by age.</summary>
    public static async Task<DurabilityMode> DefaultAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await ReadAsync(connection, cancellationToken)).Archives ? new DurabilityMode.Archive() : new DurabilityMode.Age(DurabilityMode.AssumedAfterDefault);

    /// <summary>Why the server can never fulfil the mode; null where it can.</summary>
    public static async Task<Problem?> ProblemAsync(DurabilityMode mode, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (archives, hasStandby) = await ReadAsync(connection, cancellationToken);
        return mode switch
        {
            DurabilityMode.Archive when !archives => new(
                "DURABILITY_ARCHIVE_OFF", "--durability archive needs a server that archives its write-ahead log, and archive_mode is off.",
                "Set archive_mode and archive_command in PostgreSQL, or choose standby or age:14d."),
            DurabilityMode.Standby when !hasStandby => new(
                "DURABILITY_STANDBY_MISSING", "--durability standby needs a synchronous standby, and synchronous_standby_names is empty.",
                "Name the standby in synchronous_standby_names, or choose archive or age:14d."),
            _ => null,
        };
    }

    static async Task<(bool Archives, bool HasStandby)> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadSql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetBoolean(0), reader.GetBoolean(1));
    }
}
