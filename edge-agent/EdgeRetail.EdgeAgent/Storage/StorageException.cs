using Microsoft.Data.Sqlite;

namespace EdgeRetail.EdgeAgent.Storage;

/// <summary>SQLite said no: its result code, its extended code and its words.</summary>
sealed class StorageException(int resultCode, int extendedCode, Exception cause) : Exception($"SQLite {resultCode} ({extendedCode}): {cause.Message}", cause)
{
    public int ResultCode => resultCode;

    public static StorageException Of(SqliteException e) => new(e.SqliteErrorCode, e.SqliteExtendedErrorCode, e);
}
