using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;

namespace EdgeRetail.EndToEnd.Tests.Harness;

/// <summary>Sends bytes to the cloud's gRPC port that no gRPC library would send.</summary>
sealed class RawGrpc(Replica replica, string? deviceToken) : IDisposable
{
    readonly HttpClient client = new(new SocketsHttpHandler()) { BaseAddress = new(replica.GrpcAddress), Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>A frame: a byte that says whether it is compressed, the length, the message.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> message, bool compressed = false, uint? claimedLength = null)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), claimedLength ?? (uint)message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    public static byte[] Gzip(long zeros)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.SmallestSize))
        {
            var chunk = new byte[1024 * 1024];
            for (var left = zeros; left > 0; left -= chunk.Length) gzip.Write(chunk, 0, (int)Math.Min(left, chunk.Length));
        }

        return output.ToArray();
    }

    /// <summary>One call with this body; the gRPC status and the code the cloud names, or null where it closed the stream.</summary>
    public async Task<(int? Status, string? Code)> PostAsync(byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/edgeretail.sync.v1.DeviceSync/Sync")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.TE.Add(new("trailers"));
        request.Headers.Add("grpc-encoding", "gzip");
        if (deviceToken is not null) request.Headers.Authorization = new("Bearer", deviceToken);
        try
        {
            using var response = await client.SendAsync(request);
            await response.Content.ReadAsByteArrayAsync();
            return (Header(response, "grpc-status") is { } status ? int.Parse(status) : null, Header(response, "edgeretail-code"));
        }
        catch (HttpRequestException)
        {
            return (null, null);
        }
    }

    public void Dispose() => client.Dispose();

    static string? Header(HttpResponseMessage response, string name) =>
        First(response.TrailingHeaders, name) ?? First(response.Headers, name);

    static string? First(HttpHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.First() : null;
}
