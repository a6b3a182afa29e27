using Microsoft.Data.Sqlite;

namespace EdgeRetail.Benchmarks;

/// <summary>Looks into a running device's ledger from outside: an entry is seen there from its commit on, which is before the seller hears of it.</summary>
sealed class LedgerWatch : IDisposable
{
    readonly SqliteConnection connection;
    readonly SqliteCommand last;

    public LedgerWatch(string directory)
    {
        connection = new($"Data Source={Path.Combine(directory, "ledger.db")};Mode=ReadOnly;Pooling=false");
        connection.Open();
        last = connection.CreateCommand();
        last.CommandText = "SELECT coalesce(max(position), 0) FROM entry";
    }

    public long LastPosition() => (long)last.ExecuteScalar()!;

    public void Dispose()
    {
        last.Dispose();
        connection.Dispose();
    }
}
