using System.Net.Sockets;
using Npgsql;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>What a failure of the database means to whoever asked, by its code and never by its text.</summary>
public static class DatabaseFault
{
    /// <summary>Null where the failure is not the surroundings' but this program's.</summary>
    public static Problem? Of(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } refused:
                    return new("DATABASE_ACCESS_DENIED", $"PostgreSQL does not let this account in: {refused.MessageText}.", "Check user and password of the connection string.");
                case PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refused:
                    return new("DATABASE_ACCESS_DENIED", $"The account may not do this in the database: {refused.MessageText}.", "Run it as the account that owns the schema.");
                case PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidCatalogName } missing:
                    return new("DATABASE_NOT_MIGRATED", $"The schema is not there: {missing.MessageText}.", "Run 'cloud-sync migrate' with the same database.");
                case PostgresException { SqlState: PostgresErrorCodes.DiskFull } full:
                    return new("DATABASE_DISK_FULL", $"PostgreSQL has no room left: {full.MessageText}.", "Free space where it keeps its data; nothing was lost.");
                case PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction }:
                    return new("DATABASE_READ_ONLY", "PostgreSQL takes no writes: it is a standby.", "Connect to the primary (Target Session Attributes=primary).");
                case PostgresException { SqlState: var state } when state is PostgresErrorCodes.TooManyConnections || state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("57P", StringComparison.Ordinal):
                case NpgsqlException { InnerException: SocketException or IOException or TimeoutException }:
                case NpgsqlException and not PostgresException:
                    return new("DATABASE_UNREACHABLE", $"PostgreSQL does not answer: {FirstLine(e.Message)}", "Start it, or check host and port of the connection string; nothing was lost.");
            }
        }

        return null;
    }

    static string FirstLine(string text) => text.Split('\n')[0].TrimEnd('.', ' ') + ".";
}
