using System.Text.RegularExpressions;

namespace EdgeRetail.DevPostgres;

/// <summary>One installed PostgreSQL: the folder of its executables and its version.</summary>
public sealed partial record PostgresEngine(string Directory, string Version)
{
    /// <summary>The oldest version the cloud's SQL is written for.</summary>
    public const int OldestMajor = 15;

    static readonly string[] Executables = ["postgres", "initdb", "pg_ctl"];

    public int Major => int.Parse(LeadingNumber().Match(Version).Value);

    internal string Postgres => Path.Combine(Directory, "postgres");

    internal string InitDb => Path.Combine(Directory, "initdb");

    internal string PgCtl => Path.Combine(Directory, "pg_ctl");

    internal static bool StandsIn(string directory) =>
        Executables.All(name => File.Exists(Path.Combine(directory, name)));

    /// <summary>Asks the executable itself, since a folder's name proves nothing; null when it does not run.</summary>
    internal static async Task<PostgresEngine?> ProbeAsync(string directory, CancellationToken cancellationToken)
    {
        if (!StandsIn(directory)) return null;
        var result = await Command.RunAsync(Path.Combine(directory, "postgres"), ["--version"], cancellationToken);
        var version = VersionNumber().Match(result.Output);
        return result.ExitCode == 0 && version.Success ? new(directory, version.Groups[1].Value) : null;
    }

    [GeneratedRegex(@"^\d+")]
    private static partial Regex LeadingNumber();

    [GeneratedRegex(@"\(PostgreSQL\) (\d+[^\s]*)")]
    private static partial Regex VersionNumber();
}
