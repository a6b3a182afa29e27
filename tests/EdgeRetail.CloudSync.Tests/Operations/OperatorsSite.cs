using System.Net;
using System.Text.Json;
using EdgeRetail.CloudSync.Cli;
using EdgeRetail.CloudSync.Operations;

namespace EdgeRetail.CloudSync.Tests.Operations;

/// <summary>A replica as <c>serve</c> runs it, on free ports, and a client of its operators' side.</summary>
public sealed class OperatorsSite : IAsyncDisposable
{
    readonly CloudServer server;

    OperatorsSite(CloudServer server)
    {
        this.server = server;
        Client = new() { BaseAddress = new(server.HttpAddress) };
    }

    public HttpClient Client { get; }

    public string Address => server.HttpAddress;

    public string GrpcAddress => server.GrpcAddress;

    public static async Task<OperatorsSite> StartAsync(string connectionString, string? certificateKeyFile = null)
    {
        var server = CloudServer.Build(new(0, 0, "operators", connectionString, TestReplica.Keys) { CertificateKeyFile = certificateKeyFile }, SecretSource.OfTheSystem, TimeProvider.System);
        Assert.That(await server.StartAsync(CancellationToken.None), Is.Null);
        return new(server);
    }

    public async Task<JsonElement> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await Client.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.That(response.StatusCode, Is.EqualTo(expected), text);
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo(expected == HttpStatusCode.OK ? "application/json" : "application/problem+json"));
        return JsonDocument.Parse(text).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await server.DisposeAsync();
    }
}
