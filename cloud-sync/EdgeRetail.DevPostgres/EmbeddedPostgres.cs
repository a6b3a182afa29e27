using System.Net;
using System.Net.Sockets;

namespace EdgeRetail.DevPostgres;

/// <summary>
/// A PostgreSQL on a loopback port with the durable defaults, its data kept between runs. Processes that name the same home
/// share one server: the first starts it, the others adopt it, also after its starter was killed, and the last to dispose stops it.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    readonly EmbeddedPostgresOptions options;
    readonly ServerHome home;
    readonly PostgresEngine engine;
    readonly IDisposable use;
    bool disposed;

    EmbeddedPostgres(EmbeddedPostgresOptions options, ServerHome home, PostgresEngine engine, IDisposable use) =>
        (this.options, this.home, this.engine, this.use) = (options, home, engine, use);

    public int Port { get; private set; }

    /// <summary>The server's main process; another one after a restart.</summary>
    public int PostmasterPid { get; private set; }

    /// <summary>Whether the server ran already.</summary>
    public bool Adopted { get; private set; }

    public string ServerVersion => engine.Version;

    public int ServerMajor => engine.Major;

    public string EngineDirectory => engine.Directory;

    public string DataDirectory => home.Data;

    public string ConnectionString => ConnectionStringTo("postgres");

    public string ConnectionStringTo(string database) =>
        $"Host=127.0.0.1;Port={Port};Username=postgres;Password={home.Password};Database={database}";

    /// <exception cref="EmbeddedPostgresException">With one of <see cref="EmbeddedPostgresErrors"/>.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        var home = new ServerHome(options.Home);
        using var alone = await FileLock.TakeAsync(home.StartLock, options.StartTimeout + TimeSpan.FromMinutes(5), options.Clock, cancellationToken);
        var engine = await EngineAsync(options, home, cancellationToken);
        if (!home.HasData) await InitialiseAsync(options, home, engine, cancellationToken);

        var use = FileLock.Share(home.UsersLock);
        try
        {
            var server = new EmbeddedPostgres(options, home, engine, use);
            await server.AdoptOrLaunchAsync(cancellationToken);
            return server;
        }
        catch
        {
            use.Dispose();
            throw;
        }
    }

    /// <summary>Brings the server down for everybody who uses it and returns when its process is gone.</summary>
    public async Task StopAsync(StopMode mode = StopMode.Fast, CancellationToken cancellationToken = default)
    {
        if (Postmaster.Of(home.Data) is not { Pid: var pid }) return;
        _ = NativeMethods.Signal(pid, (int)mode);
        if (await GoneAsync(pid, cancellationToken)) return;
        options.Progress($"PostgreSQL {pid} has not stopped for {options.StopTimeout.TotalSeconds:0} s: stopping it at once, it recovers at the next start");
        _ = NativeMethods.Signal(pid, (int)StopMode.Immediate);
        if (await GoneAsync(pid, cancellationToken)) return;
        throw new EmbeddedPostgresException(EmbeddedPostgresErrors.StopFailed, $"PostgreSQL {pid} does not stop.", $"Look into {home.Log}; kill -9 {pid} is safe, the next start recovers.");
    }

    /// <summary>Starts the server again after <see cref="StopAsync"/> or a crash, on the same port.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        using var alone = await FileLock.TakeAsync(home.StartLock, options.StartTimeout, options.Clock, cancellationToken);
        await AdoptOrLaunchAsync(cancellationToken);
    }

    public async Task RestartAsync(StopMode mode = StopMode.Fast, CancellationToken cancellationToken = default)
    {
        await StopAsync(mode, cancellationToken);
        await StartAgainAsync(cancellationToken);
    }

    /// <summary>Stops the server unless another process still uses it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (disposed) return;
        disposed = true;
        // Under the lock of starting, or somebody might adopt the server between the question and the stop.
        using var alone = await FileLock.TakeAsync(home.StartLock, options.StopTimeout, options.Clock, CancellationToken.None);
        use.Dispose();
        using var lastUser = FileLock.TryTake(home.UsersLock);
        if (lastUser is not null) await StopAsync();
    }

    static async Task<PostgresEngine> EngineAsync(EmbeddedPostgresOptions options, ServerHome home, CancellationToken cancellationToken)
    {
        if (!home.HasData) return await new EngineSearch(options).FindAsync(options.Major, cancellationToken);

        var major = home.DataMajor;
        if (options.Major is { } wanted && wanted != major)
            throw new EmbeddedPostgresException(EmbeddedPostgresErrors.EngineInvalid, $"The data in {home.Data} are PostgreSQL {major}'s; wanted is {wanted}.", "Name another home for the other version.");
        if (home.EngineDirectory is { } remembered && await PostgresEngine.ProbeAsync(remembered, cancellationToken) is { } engine && engine.Major == major) return engine;
        try
        {
            // The engine that made the data is gone; another of the same major version reads them as well.
            var other = await new EngineSearch(options).FindAsync(major, cancellationToken);
            home.EngineDirectory = other.Directory;
            return other;
        }
        catch (EmbeddedPostgresException e)
        {
            throw new EmbeddedPostgresException(EmbeddedPostgresErrors.EngineGone, $"The data in {home.Data} were made by PostgreSQL {major}, which is gone from {home.EngineDirectory}. {e.What}", $"Install it again (apt-get install postgresql-{major}), or move {home.Data} away to begin anew.", e);
        }
    }

    static async Task InitialiseAsync(EmbeddedPostgresOptions options, ServerHome home, PostgresEngine engine, CancellationToken cancellationToken)
    {
        options.Progress($"Making a new database with PostgreSQL {engine.Version} in {home.Data}");
        if (Directory.Exists(home.DataInMaking)) Directory.Delete(home.DataInMaking, recursive: true);
        Directory.CreateDirectory(home.DataInMaking, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        ServerAccount.Current.Give(home.DataInMaking);
        home.MakePassword();

        var result = await ServerAccount.Current.RunAsync(
            engine.InitDb,
            ["--pgdata", home.DataInMaking, "--username=postgres", "--auth=scram-sha-256", $"--pwfile={home.PasswordFile}", "--encoding=UTF8", "--no-locale", "--no-instructions"],
            cancellationToken);
        if (result.ExitCode != 0)
            throw new EmbeddedPostgresException(EmbeddedPostgresErrors.InitFailed, $"initdb in {home.DataInMaking} ended with {result.ExitCode}: {result.Error.Trim()}", "Free disk space or mend the rights it names, then try again; nothing was kept.");
        home.EngineDirectory = engine.Directory;
        Directory.Move(home.DataInMaking, home.Data);
    }

    async Task AdoptOrLaunchAsync(CancellationToken cancellationToken)
    {
        var began = options.Clock.GetTimestamp();
        var found = Postmaster.Of(home.Data) is not null;
        if (!found) await LaunchAsync(cancellationToken);
        while (true)
        {
            if (Postmaster.Of(home.Data) is { IsReady: true } ready)
            {
                (Port, PostmasterPid, Adopted) = (ready.Port, ready.Pid, found);
                home.Port = ready.Port;
                options.Progress($"PostgreSQL {engine.Version} {(found ? "runs already" : "runs")} on port {Port}");
                return;
            }

            if (options.Clock.GetElapsedTime(began) > options.StartTimeout)
                throw new EmbeddedPostgresException(EmbeddedPostgresErrors.StartFailed, $"PostgreSQL was not ready after {options.StartTimeout.TotalSeconds:0} s: {LogTail()}", $"Look into {home.Log}.");
            await Task.Delay(Pause, options.Clock, cancellationToken);
            if (Postmaster.Of(home.Data) is null) await RelaunchAsync(cancellationToken);
        }
    }

    /// <summary>
    /// A launch ends early when somebody took the port meanwhile, or when the sessions of a killed server have not
    /// let go of its shared memory yet. Both pass; the deadline of the caller ends it if not.
    /// </summary>
    async Task RelaunchAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(100), options.Clock, cancellationToken);
        if (Postmaster.Of(home.Data) is null) await LaunchAsync(cancellationToken);
    }

    async Task LaunchAsync(CancellationToken cancellationToken)
    {
        var port = home.Port is { } last && IsFree(last) ? last : FreePort();
        // pg_ctl detaches the server, so that it outlives this process and is adopted by the next.
        var result = await ServerAccount.Current.RunAsync(
            engine.PgCtl,
            ["start", "--silent", "--no-wait", $"--pgdata={home.Data}", $"--log={home.Log}", $"--options={ServerOptions(port)}"],
            cancellationToken);
        if (result.ExitCode != 0)
            throw new EmbeddedPostgresException(EmbeddedPostgresErrors.StartFailed, $"pg_ctl ended with {result.ExitCode}: {result.Error.Trim()}", $"Look into {home.Log}.");
        await AppearedAsync(cancellationToken);
    }

    /// <summary>Waits until the new server has written its pid file, or ended before it could.</summary>
    async Task AppearedAsync(CancellationToken cancellationToken)
    {
        var began = options.Clock.GetTimestamp();
        while (Postmaster.Of(home.Data) is null && options.Clock.GetElapsedTime(began) < TimeSpan.FromSeconds(2))
            await Task.Delay(Pause, options.Clock, cancellationToken);
    }

    string ServerOptions(int port)
    {
        var settings = new Dictionary<string, string>(options.Settings)
        {
            ["port"] = $"{port}",
            ["listen_addresses"] = "127.0.0.1",
            ["unix_socket_directories"] = "",
        };
        return string.Join(' ', settings.Select(setting => $"-c {setting.Key}='{setting.Value.Replace("'", @"'\''", StringComparison.Ordinal)}'"));
    }

    async Task<bool> GoneAsync(int pid, CancellationToken cancellationToken)
    {
        var began = options.Clock.GetTimestamp();
        while (Postmaster.Runs(pid))
        {
            if (options.Clock.GetElapsedTime(began) > options.StopTimeout) return false;
            await Task.Delay(Pause, options.Clock, cancellationToken);
        }

        return true;
    }

    string LogTail() => File.Exists(home.Log) ? string.Join(" | ", File.ReadLines(home.Log).TakeLast(5)) : "no log";

    static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
