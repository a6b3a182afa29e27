using System.Buffers;
using System.Text;
using SQLitePCL;

namespace EdgeRetail.EdgeAgent.Storage;

/// <summary>One prepared statement, reused: disposing it resets it for the next use.</summary>
sealed class Statement : IDisposable
{
    readonly sqlite3 database;
    readonly sqlite3_stmt handle;
    readonly string[] parameters;

    internal Statement(sqlite3 database, sqlite3_stmt handle)
    {
        this.database = database;
        this.handle = handle;
        parameters = new string[raw.sqlite3_bind_parameter_count(handle)];
        for (var i = 0; i < parameters.Length; i++) parameters[i] = raw.sqlite3_bind_parameter_name(handle, i + 1).utf8_to_string();
    }

    internal bool InUse { get; set; }

    public Statement Bind(string parameter, long value) => Check(raw.sqlite3_bind_int64(handle, Index(parameter), value));

    public Statement Bind(string parameter, long? value) =>
        value is { } number ? Bind(parameter, number) : Check(raw.sqlite3_bind_null(handle, Index(parameter)));

    public Statement Bind(string parameter, string? value)
    {
        if (value is null) return Check(raw.sqlite3_bind_null(handle, Index(parameter)));
        var bytesMax = Encoding.UTF8.GetMaxByteCount(value.Length);
        var rented = bytesMax > 512 ? ArrayPool<byte>.Shared.Rent(bytesMax) : null;
        Span<byte> bytes = rented ?? stackalloc byte[512];
        var length = Encoding.UTF8.GetBytes(value, bytes);
        // SQLite copies. An empty span would bind NULL.
        var result = length == 0 ? raw.sqlite3_bind_text(handle, Index(parameter), "") : raw.sqlite3_bind_text(handle, Index(parameter), bytes[..length]);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return Check(result);
    }

    public Statement Bind(string parameter, ReadOnlySpan<byte> value) =>
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, Index(parameter), 0) : raw.sqlite3_bind_blob(handle, Index(parameter), value));

    public Statement BindNull(string parameter) => Check(raw.sqlite3_bind_null(handle, Index(parameter)));

    /// <summary>Goes to the next row; false after the last.</summary>
    public bool Step() => raw.sqlite3_step(handle) switch
    {
        raw.SQLITE_ROW => true,
        raw.SQLITE_DONE => false,
        var result => throw Connection.Failure(database, result),
    };

    /// <summary>Runs a statement that gives no rows.</summary>
    public void Run()
    {
        while (Step())
        {
        }
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(handle, column);

    public int Int32(int column) => checked((int)raw.sqlite3_column_int64(handle, column));

    public long? NullableInt64(int column) => IsNull(column) ? null : Int64(column);

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string() ?? "";

    public string? NullableText(int column) => IsNull(column) ? null : Text(column);

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    /// <summary>Makes the statement ready to run again with other values, still in use.</summary>
    public void Rewind() => _ = raw.sqlite3_reset(handle);

    /// <summary>Makes the statement ready for its next use.</summary>
    public void Dispose()
    {
        // The result repeats the error of the last step, which Step has thrown already.
        _ = raw.sqlite3_reset(handle);
        InUse = false;
    }

    internal void Finalise() => handle.Dispose();

    int Index(string parameter)
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            if (string.Equals(parameters[i], parameter, StringComparison.Ordinal)) return i + 1;
        }

        throw new ArgumentException($"The statement has no parameter {parameter}.", nameof(parameter));
    }

    Statement Check(int result) => result == raw.SQLITE_OK ? this : throw Connection.Failure(database, result);
}
