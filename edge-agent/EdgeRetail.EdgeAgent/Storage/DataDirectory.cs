namespace EdgeRetail.EdgeAgent.Storage;

/// <summary>Where an agent's files stand.</summary>
sealed class DataDirectory(string path)
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Path => path;

    public string Ledger => System.IO.Path.Combine(path, "ledger.db");

    public string Token => System.IO.Path.Combine(path, "device.token");

    public string Lock => System.IO.Path.Combine(path, "agent.lock");

    /// <summary>How far the ledger had come when it last said "recorded".</summary>
    public string HighWater => System.IO.Path.Combine(path, "hwm");

    /// <summary>Whose the ledger is, for when it cannot say so itself.</summary>
    public string IdentityCopy => System.IO.Path.Combine(path, "identity.json");

    /// <summary>There while a damaged ledger is being set aside.</summary>
    public string Salvaging => System.IO.Path.Combine(path, "salvaging");

    /// <summary>There when damage was found, or a repair asked for: the next start looks at everything.</summary>
    public string RepairWanted => System.IO.Path.Combine(path, "repair-wanted");

    /// <summary>Room that is held back on the disk.</summary>
    public string Reserve => System.IO.Path.Combine(path, "reserve");

    /// <summary>Where the cloud last answered, for when its name does not resolve.</summary>
    public string CloudAddresses => System.IO.Path.Combine(path, "cloud-addresses");

    public string Logs => System.IO.Path.Combine(path, "logs");

    public bool HasLedger => File.Exists(Ledger);

    /// <summary>Makes the directory and an empty ledger file that nobody else may read, where they are not there yet.</summary>
    public void Create()
    {
        CreateDirectory();
        if (HasLedger) return;
        using var file = new FileStream(Ledger, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
    }

    public void CreateDirectory() => Directory.CreateDirectory(path, OwnerOnly);
}
