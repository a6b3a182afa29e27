using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeRetail.Demo.Stage;

/// <summary>The agent's local API over its Unix socket, as any till software would use it.</summary>
sealed class AgentClient : IDisposable
{
    readonly HttpClient http;

    public AgentClient(string socketPath) => http = new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    })
    { BaseAddress = new("http://localhost/api/v1/"), Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Sends a command. Throws <see cref="HttpRequestException"/> or <see cref="TaskCanceledException"/> where no answer came: then send it again, as it is.</summary>
    public async Task<AgentAnswer> SendAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(path, body, cancellationToken);
        if (response.StatusCode >= HttpStatusCode.InternalServerError) throw new HttpRequestException($"The agent answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        var root = answer.RootElement;
        return response.IsSuccessStatusCode
            ? new AgentAnswer.Recorded(root.GetProperty("entryId").GetGuid(), root.TryGetProperty("receipt", out var receipt) ? receipt.GetString() : null, root.GetProperty("replayed").GetBoolean())
            : new AgentAnswer.Refused(root.GetProperty("code").GetString() ?? "", root.GetProperty("detail").GetString() ?? "");
    }

    /// <summary>Null where the agent does not answer now.</summary>
    public async Task<AgentStatus?> StatusAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var status = JsonDocument.Parse(await http.GetByteArrayAsync("status", cancellationToken));
            return AgentStatus.Read(status.RootElement);
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose() => http.Dispose();
}
