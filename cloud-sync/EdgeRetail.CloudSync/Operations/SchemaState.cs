using EdgeRetail.CloudSync.Storage;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>How the schema of a database stands to this version of the program.</summary>
public abstract record SchemaState
{
    SchemaState()
    {
    }

    public sealed record Current : SchemaState;

    /// <summary>Migrations are missing, or the whole database is.</summary>
    public sealed record NotMigrated(Problem Problem) : SchemaState;

    /// <summary>A later version of the program has migrated it; this one would not know what it reads.</summary>
    public sealed record Newer(Problem Problem) : SchemaState;

    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public static async Task<SchemaState> ReadAsync(CloudDbContext context, CancellationToken cancellationToken)
    {
        HashSet<string> applied;
        try
        {
            applied = [.. await context.Database.GetAppliedMigrationsAsync(cancellationToken)];
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            applied = [];
        }

        var known = context.Database.GetMigrations().ToHashSet();
        if (applied.Except(known).Order(StringComparer.Ordinal).LastOrDefault() is { } newer)
            return new Newer(new("DATABASE_NEWER", $"The database was migrated by a later version of cloud-sync: it has '{newer}', which this version does not know.", "Run the later version; a schema never goes back."));
        return known.IsSubsetOf(applied)
            ? new Current()
            : new NotMigrated(new("DATABASE_NOT_MIGRATED", applied.Count == 0 ? "The database has no EdgeRetail schema yet." : "The schema of the database is older than this version of cloud-sync.", "Run 'cloud-sync migrate' with the same database once, then try again."));
    }
}
