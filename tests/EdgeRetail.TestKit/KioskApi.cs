using System.Net.Sockets;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace EdgeRetail.TestKit;

/// <summary>The local API of a running agent, through its socket.</summary>
public sealed class KioskApi : IDisposable
{
    readonly HttpClient client;

    public KioskApi(string socketPath) =>
        client = new(new SocketsHttpHandler
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
        { BaseAddress = new("http://localhost"), Timeout = TimeSpan.FromSeconds(30) };

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await client.GetAsync(path);
        return await BodyAsync(response);
    }

    /// <exception cref="KioskRefusal">The agent said no.</exception>
    /// <exception cref="HttpRequestException">The agent is not there, or went away before it answered: nobody knows whether it recorded.</exception>
    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var response = await client.PostAsJsonAsync(path, body);
        return await BodyAsync(response);
    }

    /// <summary>Sends text as it is, also when it is no JSON that a serialiser would write.</summary>
    public async Task<JsonElement> PostTextAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(path, content);
        return await BodyAsync(response);
    }

    public void Dispose() => client.Dispose();

    static async Task<JsonElement> BodyAsync(HttpResponseMessage response)
    {
        var text = await ReadAsync(response);
        if (response.IsSuccessStatusCode) return JsonDocument.Parse(text).RootElement;
        string? code = null;
        try
        {
            if (JsonDocument.Parse(text).RootElement.TryGetProperty("code", out var value)) code = value.GetString();
        }
        catch (JsonException)
        {
            // No problem details: the refusal says so by its code.
        }

        throw new KioskRefusal((int)response.StatusCode, code ?? "(no code)", text);
    }

    static async Task<string> ReadAsync(HttpResponseMessage response)
    {
        try
        {
            return await response.Content.ReadAsStringAsync();
        }
        catch (IOException e)
        {
            throw new HttpRequestException("The agent went away in the middle of its answer.", e);
        }
    }
}
