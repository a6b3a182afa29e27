using System.Text.Json;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Harness;

/// <summary>One <c>cloud-sync serve</c>. After a restart it listens on the same ports.</summary>
sealed class Replica(string name, CloudCommands commands, params string[] options) : IAsyncDisposable
{
    ProductProcess? process;

    public string Name { get; } = name;

    public int GrpcPort { get; private set; }

    public int HttpPort { get; private set; }

    public string GrpcAddress => $"http://127.0.0.1:{GrpcPort}";

    public string HttpAddress => $"http://127.0.0.1:{HttpPort}";

    public ProductProcess Process => process ?? throw new InvalidOperationException($"{Name} was not started.");

    /// <summary>Returns when it is ready. Before the first start the ports are any free ones.</summary>
    public async Task StartAsync()
    {
        if (process is not null) await process.DisposeAsync();
        process = commands.Serve(Name, GrpcPort, HttpPort, options);
        var line = await process.LineAsync("\"event\":\"ready\"");
        var ready = JsonDocument.Parse(line[line.IndexOf('{')..]).RootElement;
        GrpcPort = new Uri(ready.GetProperty("grpc").GetString()!).Port;
        HttpPort = new Uri(ready.GetProperty("http").GetString()!).Port;
    }

    public Task KillAsync() => Process.KillAsync();

    public async Task RestartAsync()
    {
        await Process.StopAsync();
        await StartAsync();
    }

    /// <summary>The answer of the operators' API.</summary>
    public async Task<(int Status, JsonElement Body)> GetAsync(string path)
    {
        using var client = new HttpClient { BaseAddress = new(HttpAddress) };
        using var response = await client.GetAsync(path);
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await process.DisposeAsync();
    }
}
