using System.Net.Sockets;
using Npgsql;

namespace EdgeRetail.CloudSync.Storage;

/// <summary>Sorts failures by SQLSTATE, never by text.</summary>
public static class DatabaseFailures
{
    public static DatabaseFailure Classify(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected } => DatabaseFailure.Transient,
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } => DatabaseFailure.Unavailable,
        PostgresException postgres => postgres.SqlState[..2] switch
        {
            // Connection lost, server stopping.
            "08" or "57" => DatabaseFailure.Transient,
            // Read-only or broken transaction, access, missing tables, resources, limits of the server's state, system, internal.
            "25" or "28" or "3D" or "42" or "53" or "55" or "58" or "F0" or "XX" => DatabaseFailure.Unavailable,
            _ => DatabaseFailure.Refused,
        },
        DatabaseSupersededException or NpgsqlException { InnerException: DatabaseSupersededException } => DatabaseFailure.Unavailable,
        NpgsqlException { InnerException: TimeoutException } or TimeoutException => DatabaseFailure.Unavailable,
        NpgsqlException or SocketException or IOException => DatabaseFailure.Transient,
        _ => DatabaseFailure.None,
    };
}
