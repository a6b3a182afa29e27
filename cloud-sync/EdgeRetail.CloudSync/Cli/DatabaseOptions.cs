using System.CommandLine;
using EdgeRetail.CloudSync.Operations;

namespace EdgeRetail.CloudSync.Cli;

/// <summary>The options that say which database a command works on; every command has them.</summary>
sealed class DatabaseOptions
{
    public const string EnvironmentVariable = "EDGERETAIL_DATABASE";

    public const string StateEnvironmentVariable = "EDGERETAIL_CLOUD_STATE";

    public Option<string?> Database { get; } = new("--database")
    {
        Description = $"Connection string of PostgreSQL, without a password: arguments are visible to others. With one: the variable {EnvironmentVariable} or --database-file.",
        Recursive = true,
        HelpName = "CONNECTION",
    };

    public Option<string?> DatabaseFile { get; } = new("--database-file")
    {
        Description = "A file that holds the connection string.",
        Recursive = true,
        HelpName = "FILE",
    };

    public Option<bool> Dev { get; } = new("--dev")
    {
        Description = "Use a PostgreSQL of this machine, found or fetched, its data kept in the state directory. For trying out, not for shops.",
        Recursive = true,
    };

    public Option<string?> State { get; } = new("--state")
    {
        Description = $"The state directory: development database, session keys. Default: {StateEnvironmentVariable}, else ~/.local/share/edgeretail-cloud.",
        Recursive = true,
        HelpName = "DIR",
    };

    /// <summary>Of the commands that deal with sessions, not of all.</summary>
    public Option<string?> KeyFile { get; } = new("--key-file")
    {
        Description = "The session keys, shared by all replicas and kept outside the database. Default: session-keys.json in the state directory.",
        HelpName = "FILE",
    };

    /// <summary>Of the commands that deal with certificates, not of all.</summary>
    public Option<string?> CertificateKeyFile { get; } = new("--certificate-key-file")
    {
        Description = "The keys that certificates of closed days are signed with, shared by all replicas and kept outside the database. Default: certificate-keys.json in the state directory.",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(Database);
        command.Options.Add(DatabaseFile);
        command.Options.Add(Dev);
        command.Options.Add(State);
    }

    /// <summary>Where the development database and the session keys are kept.</summary>
    public string StateDirectory(ParseResult parsed) => Path.GetFullPath(
        parsed.GetValue(State)
        ?? Environment.GetEnvironmentVariable(StateEnvironmentVariable)
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "edgeretail-cloud"));

    public string KeyFilePath(ParseResult parsed) => Path.GetFullPath(parsed.GetValue(KeyFile) ?? Path.Combine(StateDirectory(parsed), "session-keys.json"));

    public string CertificateKeyFilePath(ParseResult parsed) => Path.GetFullPath(parsed.GetValue(CertificateKeyFile) ?? Path.Combine(StateDirectory(parsed), "certificate-keys.json"));

    /// <exception cref="CommandFailure">None, or more than one, is named.</exception>
    public DatabaseChoice Choose(ParseResult parsed)
    {
        var (database, file, dev) = (parsed.GetValue(Database), parsed.GetValue(DatabaseFile), parsed.GetValue(Dev));
        if ((database is null ? 0 : 1) + (file is null ? 0 : 1) + (dev ? 1 : 0) > 1)
            throw Usage("DATABASE_AMBIGUOUS", "More than one database is named.", "Give one of --database, --database-file and --dev.");
        if (dev) return new DatabaseChoice.Development(StateDirectory(parsed));
        if (file is not null) return new DatabaseChoice.Named(ReadFile(file));
        if (database is not null) return new DatabaseChoice.Named(WithoutPassword(database));
        return Environment.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } fromEnvironment
            ? new DatabaseChoice.Named(fromEnvironment)
            : throw Usage("DATABASE_MISSING", "No database is named.", $"Give --database, --database-file or the variable {EnvironmentVariable}; or --dev to try it out without one.");
    }

    static string ReadFile(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(new("FILE_NOT_FOUND", $"The file {file} cannot be read: {e.Message}", "Name a file that holds the connection string."), ExitCode.Refused, e);
        }
    }

    static string WithoutPassword(string connectionString) =>
        ConnectionText.HasPassword(connectionString)
            ? throw Usage("PASSWORD_IN_ARGUMENTS", "The connection string on the command line holds a password, which everybody on this machine can see.", $"Put it into the variable {EnvironmentVariable}, a file for --database-file, or ~/.pgpass.")
            : connectionString;

    static CommandFailure Usage(string code, string message, string nextStep) => new(new Problem(code, message, nextStep), ExitCode.Usage);
}
