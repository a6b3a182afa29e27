using Microsoft.Data.Sqlite;

namespace EdgeRetail.EdgeAgent.Storage;

/// <summary>One prepared command, reused: disposing it makes it ready for its next use.</summary>
sealed class Statement : IDisposable
{
    readonly SqliteCommand command;
    readonly Dictionary<string, SqliteParameter> parameters = new(StringComparer.Ordinal);
    SqliteDataReader? reader;

    internal Statement(SqliteCommand command) => this.command = command;

    internal bool InUse { get; set; }

    public Statement Bind(string parameter, long value) => Set(parameter, SqliteType.Integer, value);

    public Statement Bind(string parameter, long? value) => value is { } number ? Bind(parameter, number) : BindNull(parameter);

    public Statement Bind(string parameter, string? value) => value is null ? BindNull(parameter) : Set(parameter, SqliteType.Text, value);

    public Statement Bind(string parameter, ReadOnlySpan<byte> value) => Set(parameter, SqliteType.Blob, value.ToArray());

    public Statement BindNull(string parameter) => Set(parameter, SqliteType.Blob, DBNull.Value);

    /// <summary>Goes to the next row; false after the last.</summary>
    public bool Step()
    {
        try
        {
            reader ??= command.ExecuteReader();
            return reader.Read();
        }
        catch (SqliteException e)
        {
            throw StorageException.Of(e);
        }
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    public void Run()
    {
        try
        {
            command.ExecuteNonQuery();
        }
        catch (SqliteException e)
        {
            throw StorageException.Of(e);
        }
    }

    public bool IsNull(int column) => Row.IsDBNull(column);

    public long Int64(int column) => IsNull(column) ? 0 : Row.GetInt64(column);

    public int Int32(int column) => checked((int)Int64(column));

    public long? NullableInt64(int column) => IsNull(column) ? null : Row.GetInt64(column);

    public string Text(int column) => IsNull(column) ? "" : Row.GetString(column);

    public string? NullableText(int column) => IsNull(column) ? null : Row.GetString(column);

    public ReadOnlySpan<byte> Blob(int column) => IsNull(column) ? [] : Row.GetFieldValue<byte[]>(column);

    /// <summary>Makes the statement ready to run again with other values, still in use.</summary>
    public void Rewind()
    {
        reader?.Dispose();
        reader = null;
    }

    /// <summary>Makes the statement ready for its next use.</summary>
    public void Dispose()
    {
        Rewind();
        InUse = false;
    }

    internal void Finalise()
    {
        Rewind();
        command.Dispose();
    }

    SqliteDataReader Row => reader ?? throw new InvalidOperationException("There is no row before the first step.");

    Statement Set(string name, SqliteType type, object value)
    {
        if (!parameters.TryGetValue(name, out var parameter)) parameters.Add(name, parameter = command.Parameters.Add(name, type));
        parameter.SqliteType = type;
        parameter.Value = value;
        return this;
    }
}
