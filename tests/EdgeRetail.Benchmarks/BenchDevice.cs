using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using EdgeRetail.TestKit;

namespace EdgeRetail.Benchmarks;

/// <summary>One kiosk: its data directory, and the published edgeretail on it.</summary>
sealed class BenchDevice(string directory) : IAsyncDisposable
{
    ProductProcess? process;
    HttpClient? api;

    public string Directory => directory;

    public ProductProcess Process => process ?? throw new InvalidOperationException("The agent does not run.");

    public async Task EnrolAsync(string enrolmentFile) => await CommandAsync("enrol", "--from", enrolmentFile);

    /// <summary>Runs a one-shot command and returns its process, ended.</summary>
    public async Task<ProductProcess> CommandAsync(params string[] arguments)
    {
        var ended = await ProductProcess.RunAsync(ProductExecutables.EdgeRetail, [.. arguments, "--data", directory], within: TimeSpan.FromMinutes(5));
        return await ended.ExitAsync() == 0 ? ended : throw new InvalidOperationException($"edgeretail {string.Join(' ', arguments)}\n{ended.Transcript()}");
    }

    /// <summary>Starts `run`; returns once its API answers.</summary>
    public async Task RunAsync()
    {
        process = ProductProcess.Start(ProductExecutables.EdgeRetail, ["run", "--data", directory, "--kiosk-port", "0", "--json"]);
        await process.LineAsync("\"ready\"");
        var socket = Path.Combine(directory, "agent.sock");
        api = new(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
                return new NetworkStream(connection, ownsSocket: true);
            },
        })
        { BaseAddress = new("http://localhost") };
    }

    public async Task SellAsync(string product)
    {
        using var content = JsonContent.Create(new
        {
            actor = "bench", tender = "cash", commandId = Guid.NewGuid(), lines = new[] { new { product, quantityThousandths = 1000L } },
        });
        using var answer = await Api.PostAsync("/api/v1/sales", content);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
    }

    public async Task<JsonElement> GetAsync(string path) => (await Api.GetFromJsonAsync<JsonElement>(path))!;

    public Task<JsonElement> StatusAsync() => GetAsync("/api/v1/status");

    public async Task StopAsync()
    {
        api?.Dispose();
        api = null;
        if (process is not null) await process.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        api?.Dispose();
        if (process is not null) await process.DisposeAsync();
    }

    HttpClient Api => api ?? throw new InvalidOperationException("The agent does not run.");
}
