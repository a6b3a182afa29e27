using System.Data.Common;

namespace EdgeRetail.Checker;

/// <summary>A query's rows one at a time, with a look at the next: what a merge of two orders needs, at the memory of one row.</summary>
sealed class Cursor<T> : IAsyncDisposable
{
    readonly DbCommand command;
    readonly DbDataReader reader;
    readonly Func<DbDataReader, T> read;

    Cursor(DbCommand command, DbDataReader reader, Func<DbDataReader, T> read) => (this.command, this.reader, this.read) = (command, reader, read);

    public bool HasRow { get; private set; }

    /// <summary>The row at hand; only while <see cref="HasRow"/>.</summary>
    public T Row { get; private set; } = default!;

    public static async Task<Cursor<T>> OpenAsync(DbCommand command, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        var cursor = new Cursor<T>(command, await command.ExecuteReaderAsync(cancellationToken), read);
        await cursor.MoveAsync(cancellationToken);
        return cursor;
    }

    public async ValueTask MoveAsync(CancellationToken cancellationToken)
    {
        HasRow = await reader.ReadAsync(cancellationToken);
        Row = HasRow ? read(reader) : default!;
    }

    public async ValueTask DisposeAsync()
    {
        await reader.DisposeAsync();
        await command.DisposeAsync();
    }
}
