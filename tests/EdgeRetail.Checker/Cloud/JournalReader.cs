using System.Runtime.CompilerServices;
using EdgeRetail.Checker.Bytes;

namespace EdgeRetail.Checker.Cloud;

/// <summary>Reads what stands in PostgreSQL from the entries' own bytes, for whoever has figures to compare with.</summary>
public static class JournalReader
{
    /// <summary>Every row of the journal in one snapshot, in no order.</summary>
    /// <exception cref="CheckInputException">The database cannot be read.</exception>
    public static async IAsyncEnumerable<JournalEntry> ReadAsync(string connectionString, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var snapshot = await CloudSnapshot.OpenAsync(connectionString, cancellationToken);
        await using var rows = await snapshot.CursorAsync($"SELECT {JournalRow.Columns} FROM journal", JournalRow.Read, cancellationToken);
        var body = new EntryBody();
        for (; rows.HasRow; await rows.MoveAsync(cancellationToken))
            yield return new(rows.Row.Id.ToGuid(), rows.Row.StoreId, rows.Row.IsQuarantined, body.Read(rows.Row.Bytes), body);
    }
}
