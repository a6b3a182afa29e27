using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using EdgeRetail.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeRetail.EndToEnd.Tests.Recording;

/// <summary>Stands between a device and the cloud and keeps every message of their call, byte for byte, in the order in which it passed.</summary>
sealed class RecordingGate : IAsyncDisposable
{
    readonly WebApplication app;
    readonly HttpClient cloud;
    readonly Lock gate = new();
    readonly List<RecordedMessage> messages = [];

    RecordingGate(WebApplication app, string cloudAddress)
    {
        this.app = app;
        cloud = new(new SocketsHttpHandler()) { BaseAddress = new(cloudAddress), Timeout = Timeout.InfiniteTimeSpan };
    }

    public int Port { get; private set; }

    public IReadOnlyList<RecordedMessage> Messages
    {
        get { lock (gate) return [.. messages]; }
    }

    public static async Task<RecordingGate> OpenAsync(string cloudAddress)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        var opened = new RecordingGate(app, cloudAddress);
        app.Run(opened.PassAsync);
        await app.StartAsync();
        opened.Port = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single()).Port;
        return opened;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        cloud.Dispose();
    }

    async Task PassAsync(HttpContext context)
    {
        using var call = new HttpRequestMessage(HttpMethod.Post, context.Request.Path)
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new PassingContent(context.Request.Body, bytes => Keep(true, bytes)),
        };
        foreach (var name in (string[])["authorization", "te", "grpc-encoding", "grpc-accept-encoding"])
            if (context.Request.Headers.TryGetValue(name, out var value)) call.Headers.TryAddWithoutValidation(name, value.ToArray());
        call.Content.Headers.TryAddWithoutValidation("content-type", context.Request.ContentType);
        using var answer = await cloud.SendAsync(call, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.ContentType = "application/grpc";
        if (answer.Headers.TryGetValues("grpc-encoding", out var encoding)) context.Response.Headers["grpc-encoding"] = encoding.ToArray();
        await using var down = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        await CopyAsync(down, context.Response.Body, bytes => Keep(false, bytes), context.RequestAborted);
        foreach (var (name, values) in answer.TrailingHeaders) context.Response.AppendTrailer(name, values.ToArray());
    }

    void Keep(bool fromDevice, byte[] bytes)
    {
        lock (gate) messages.Add(new(fromDevice, bytes));
    }

    /// <summary>Frame by frame: a byte that says whether it is compressed, the length, the message.</summary>
    static async Task CopyAsync(Stream from, Stream to, Action<byte[]> keep, CancellationToken cancellationToken)
    {
        var head = new byte[5];
        while (await from.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken) == head.Length)
        {
            var body = new byte[BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(1))];
            await from.ReadExactlyAsync(body, cancellationToken);
            keep(head[0] == 0 ? body : Unpacked(body));
            await to.WriteAsync(head, cancellationToken);
            await to.WriteAsync(body, cancellationToken);
            await to.FlushAsync(cancellationToken);
        }
    }

    static byte[] Unpacked(byte[] body)
    {
        using var unpacked = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        gzip.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    sealed class PassingContent(Stream from, Action<byte[]> keep) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) => CopyAsync(from, stream, keep, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
