namespace EdgeRetail.EdgeAgent.Storage;

/// <summary>Where an agent's files stand.</summary>
sealed class DataDirectory(string path)
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Path => path;

    public string Ledger => System.IO.Path.Combine(path, "ledger.db");

    public string Token => System.IO.Path.Combine(path, "device.token");

    public string Lock => System.IO.Path.Combine(path, "agent.lock");

    public string Logs => System.IO.Path.Combine(path, "logs");

    public bool HasLedger => File.Exists(Ledger);

    /// <summary>Makes the directory and an empty ledger file that nobody else may read, where they are not there yet.</summary>
    public void Create()
    {
        Directory.CreateDirectory(path, OwnerOnly);
        if (HasLedger) return;
        using var file = new FileStream(Ledger, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
    }
}
