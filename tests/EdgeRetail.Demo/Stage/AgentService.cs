using System.Text.Json;
using EdgeRetail.TestKit;

namespace EdgeRetail.Demo.Stage;

/// <summary>A kiosk: <c>edgeretail run</c> as a process of its own, with a network of its own to the cloud.</summary>
sealed class AgentService : IAsyncDisposable
{
    static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(1);

    readonly List<string> transcripts = [];
    readonly TcpProxy network;
    readonly AgentClient client;
    ProductProcess? process;

    public AgentService(string code, int store, string directory, int cloudPort)
    {
        (Code, Store, Directory) = (code, store, directory);
        network = new(cloudPort);
        client = new(Path.Combine(directory, "agent.sock"));
    }

    public string Code { get; }

    public int Store { get; }

    public string Directory { get; }

    public string CloudAddress => network.Address;

    public string KioskAddress { get; private set; } = "";

    public AgentClient Client => client;

    /// <summary>What is being done to it now, in a word or two; null where nothing is.</summary>
    public string? Trouble { get; private set; }

    public static async Task EnrolAsync(string directory, string file)
    {
        await using var command = ProductProcess.EdgeRetail(["enrol", "--from", file, "--data", directory]);
        var exitCode = await command.ExitAsync();
        if (exitCode != 0) throw new StageException($"edgeretail enrol ended with {exitCode}.\n{command.Transcript()}");
    }

    public async Task StartAsync()
    {
        var port = KioskAddress.Length == 0 ? 0 : new Uri(KioskAddress).Port;
        process = ProductProcess.EdgeRetail(["run", "--data", Directory, "--kiosk-port", $"{port}", "--json"]);
        using var ready = JsonDocument.Parse(await process.LineAsync("\"ready\"", StartPatience));
        KioskAddress = ready.RootElement.GetProperty("kiosk").GetString()!;
        Trouble = null;
    }

    /// <summary>Pulls the plug: SIGKILL, nothing is said good-bye to.</summary>
    public async Task KillAsync()
    {
        Trouble = "killed";
        if (process is null) return;
        await process.KillAsync();
        transcripts.Add(process.Transcript());
        await process.DisposeAsync();
        process = null;
    }

    public void CutNetwork()
    {
        Trouble = "cut off";
        network.Refuse();
    }

    public void RestoreNetwork()
    {
        network.Heal();
        Trouble = null;
    }

    public string Transcript() => string.Join('\n', process is null ? transcripts : [.. transcripts, process.Transcript()]);

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        try
        {
            if (process is not null) await process.StopAsync(TimeSpan.FromSeconds(15));
        }
        finally
        {
            if (process is not null) await process.DisposeAsync();
            await network.DisposeAsync();
        }
    }
}
