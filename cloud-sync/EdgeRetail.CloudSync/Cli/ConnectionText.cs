using EdgeRetail.CloudSync.Operations;
using Npgsql;

namespace EdgeRetail.CloudSync.Cli;

/// <summary>Connection strings, read and shown.</summary>
static class ConnectionText
{
    /// <exception cref="CommandFailure">It is none.</exception>
    public static NpgsqlConnectionStringBuilder Read(string connectionString)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(connectionString);
            return builder.Host is { Length: > 0 } ? builder : throw new ArgumentException("It names no host.");
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // Npgsql's messages name the key, never the value.
            throw new CommandFailure(new Problem("DATABASE_INVALID", $"The connection string cannot be read: {e.Message}", "Write it like Host=127.0.0.1;Database=edgeretail;Username=edgeretail."), ExitCode.Usage, e);
        }
    }

    public static bool HasPassword(string connectionString) => Read(connectionString) is { Password: not null } or { SslPassword: not null };

    /// <summary>For people and logs: which database, as whom, nothing more.</summary>
    public static string WithoutSecrets(string connectionString)
    {
        var builder = Read(connectionString);
        return $"{builder.Username ?? Environment.UserName}@{builder.Host}:{builder.Port}/{builder.Database ?? builder.Username}";
    }
}
