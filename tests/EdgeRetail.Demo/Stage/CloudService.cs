using System.Text.Json;
using EdgeRetail.TestKit;

namespace EdgeRetail.Demo.Stage;

/// <summary><c>cloud-sync serve --dev</c> as a process of its own, with its embedded PostgreSQL and a state directory of this run.</summary>
sealed class CloudService(string state) : IAsyncDisposable
{
    static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);

    readonly List<string> transcripts = [];
    ProductProcess? process;

    public int GrpcPort { get; private set; }

    public string Address { get; private set; } = "";

    /// <summary>Of the embedded PostgreSQL, password included; the same after a restart.</summary>
    public string ConnectionString { get; private set; } = "";

    public bool IsRunning => process is { HasExited: false };

    public async Task StartAsync()
    {
        var httpPort = Address.Length == 0 ? 0 : new Uri(Address).Port;
        process = ProductProcess.CloudSync(["serve", "--dev", "--state", state, "--grpc-port", $"{GrpcPort}", "--port", $"{httpPort}", "--replica", "demo"]);
        using var ready = JsonDocument.Parse(await process.LineAsync("\"ready\"", StartPatience));
        GrpcPort = new Uri(ready.RootElement.GetProperty("grpc").GetString()!).Port;
        Address = ready.RootElement.GetProperty("http").GetString()!;
        if (ConnectionString.Length == 0) ConnectionString = (await RunAsync("dev-database")).Trim();
    }

    /// <summary>Runs one command of the operator's against the same database and gives what it wrote.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        await using var command = ProductProcess.CloudSync([.. arguments, "--dev", "--state", state]);
        var exitCode = await command.ExitAsync(StartPatience);
        if (exitCode != 0) throw new StageException($"cloud-sync {string.Join(' ', arguments)} ended with {exitCode}.\n{command.Transcript()}");
        return string.Join('\n', command.Output);
    }

    public async Task StopAsync()
    {
        if (process is null) return;
        var exitCode = await process.StopAsync(TimeSpan.FromSeconds(60));
        transcripts.Add(process.Transcript());
        await process.DisposeAsync();
        process = null;
        if (exitCode is not (0 or 130 or 143)) throw new StageException($"cloud-sync serve ended with {exitCode}.\n{transcripts[^1]}");
    }

    public string Transcript() => string.Join('\n', process is null ? transcripts : [.. transcripts, process.Transcript()]);

    public async ValueTask DisposeAsync()
    {
        // A server that is killed leaves its PostgreSQL running: it is asked first.
        try
        {
            await StopAsync();
        }
        finally
        {
            if (process is not null) await process.DisposeAsync();
        }
    }
}
