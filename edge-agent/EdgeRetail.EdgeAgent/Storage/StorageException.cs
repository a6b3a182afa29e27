namespace EdgeRetail.EdgeAgent.Storage;

/// <summary>SQLite said no: its result code, its extended code and its words.</summary>
sealed class StorageException(int resultCode, int extendedCode, string message) : Exception($"SQLite {resultCode} ({extendedCode}): {message}")
{
    public int ResultCode => resultCode;

    public int ExtendedCode => extendedCode;
}
