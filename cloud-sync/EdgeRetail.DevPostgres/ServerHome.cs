using System.Globalization;
using System.Security.Cryptography;

namespace EdgeRetail.DevPostgres;

/// <summary>The files of one server: data, password, the engine that made the data, the port last used, locks.</summary>
sealed class ServerHome
{
    readonly string root;

    public ServerHome(string home)
    {
        var account = ServerAccount.Current;
        var full = Path.GetFullPath(home);
        root = account.Reachable(full, Path.Combine("/var/lib/edgeretail", ServerAccount.NameOf(full)));
        account.CreateDirectory(root);
        if (root != full) LinkFrom(full);
    }

    public string Data => Path.Combine(root, "data");

    public string Log => Path.Combine(Data, "server.log");

    /// <summary>initdb works here and the result is renamed, so that half-made data is never taken for data.</summary>
    public string DataInMaking => Path.Combine(root, "data.partial");

    public string PasswordFile => Path.Combine(root, "password");

    public string StartLock => Path.Combine(root, "start.lock");

    /// <summary>Shared by every process that uses the server; the last one out stops it.</summary>
    public string UsersLock => Path.Combine(root, "users.lock");

    public bool HasData => File.Exists(Path.Combine(Data, "PG_VERSION"));

    public string Password => File.ReadAllText(PasswordFile).Trim();

    public int DataMajor => int.Parse(File.ReadAllText(Path.Combine(Data, "PG_VERSION")).Trim(), CultureInfo.InvariantCulture);

    public string? EngineDirectory
    {
        get => Remembered("engine");
        set => File.WriteAllText(Path.Combine(root, "engine"), value);
    }

    public int? Port
    {
        get => int.TryParse(Remembered("port"), out var port) ? port : null;
        set => File.WriteAllText(Path.Combine(root, "port"), value?.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Other accounts of this machine reach the port too: without the password they get no further.</summary>
    public void MakePassword()
    {
        using (var file = new FileStream(PasswordFile, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        using (var writer = new StreamWriter(file)) writer.Write(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        ServerAccount.Current.Give(PasswordFile);
    }

    string? Remembered(string name) => Path.Combine(root, name) is var path && File.Exists(path) ? File.ReadAllText(path).Trim() : null;

    void LinkFrom(string home)
    {
        Directory.CreateDirectory(home);
        var link = Path.Combine(home, "postgres");
        if (!Directory.Exists(link)) Directory.CreateSymbolicLink(link, root);
    }
}
