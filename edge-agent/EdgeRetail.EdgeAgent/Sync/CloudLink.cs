using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Sync.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>One connection to the cloud and the one call on it. A new call gets a new link: what was wrong with the old one ends with it.</summary>
sealed class CloudLink : IDisposable
{
    /// <summary>Below this a message is not worth compressing.</summary>
    public const int CompressAboveBytes = 512;

    const string CodeTrailer = "edgeretail-code";
    const string RetryAfterTrailer = "edgeretail-retry-after-ms";
    const int TcpUserTimeoutOption = 18;

    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    static readonly TimeSpan BusyKeepAlive = TimeSpan.FromSeconds(30);
    static readonly TimeSpan IdleKeepAlive = TimeSpan.FromSeconds(240);
    static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(10);
    static readonly WriteOptions Plain = new(WriteFlags.NoCompress);

    readonly GrpcChannel channel;
    readonly AsyncDuplexStreamingCall<DeviceMessage, CloudMessage> call;
    readonly AnswerWatch watch;
    readonly CloudAddresses addresses;
    Socket? socket;
    ListeningStream? connection;
    bool busy;

    public CloudLink(Uri cloud, CloudAddresses addresses, string deviceToken, CancellationToken cancellationToken)
    {
        this.addresses = addresses;
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout,
            KeepAlivePingDelay = IdleKeepAlive,
            KeepAlivePingTimeout = KeepAliveTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
        };
        watch = new(handler);
        channel = GrpcChannel.ForAddress(cloud, new GrpcChannelOptions
        {
            HttpHandler = watch,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = ProtocolLimits.MessageBytesMax,
            MaxSendMessageSize = ProtocolLimits.MessageBytesMax,
            CompressionProviders = [new BatchCompression()],
        });
        var headers = new Metadata { { "authorization", $"Bearer {deviceToken}" }, { "grpc-internal-encoding-request", "gzip" } };
        call = new DeviceSync.DeviceSyncClient(channel).Sync(new CallOptions(headers, cancellationToken: cancellationToken));
    }

    public async Task SendAsync(DeviceMessage message, CancellationToken cancellationToken)
    {
        call.RequestStream.WriteOptions = message.CalculateSize() > CompressAboveBytes ? null : Plain;
        await call.RequestStream.WriteAsync(message, cancellationToken);
    }

    /// <summary>The cloud's messages as they come, then how the call ended.</summary>
    public async IAsyncEnumerable<SyncInput> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            SyncInput input;
            try
            {
                input = await call.ResponseStream.MoveNext(cancellationToken)
                    ? new SyncInput.CloudSaid(call.ResponseStream.Current)
                    : new SyncInput.CallEnded(CallStatus.Ok, null, null, "");
            }
            catch (RpcException e)
            {
                input = Ended(e);
            }

            yield return input;
            if (input is SyncInput.CallEnded) yield break;
        }
    }

    /// <summary>Says that nothing more is sent, so that the cloud sees an end and not a break.</summary>
    public Task CompleteAsync() => call.RequestStream.CompleteAsync();

    /// <summary>
    /// How soon a dead line is noticed. HTTP/2 pings go at the idle pace for the whole life of a connection, so the busy pace is
    /// TCP's: probes after 30 seconds of silence, and what is sent has to be acknowledged by the other end within 40.
    /// </summary>
    public void KeepAlive(bool isBusy)
    {
        busy = isBusy;
        if (socket is { } open) Configure(open, isBusy);
    }

    public void Dispose()
    {
        call.Dispose();
        channel.Dispose();
    }

    async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var found = await addresses.FindAsync(host, cancellationToken);
        var here = found.Where(IPAddress.IsLoopback).ToArray();
        if (here.Length == 0) throw new IOException($"TRANSPORT_NOT_LOOPBACK: {host} resolves to {found[0]}.");
        var opened = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await opened.ConnectAsync(here, port, cancellationToken);
            if (opened.RemoteEndPoint is IPEndPoint { Address: var address }) addresses.Connected(host, address);
            Configure(opened, busy);
            socket = opened;
            return connection = new(new NetworkStream(opened, ownsSocket: true));
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    static void Configure(Socket open, bool isBusy)
    {
        try
        {
            open.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            open.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)(isBusy ? BusyKeepAlive : IdleKeepAlive).TotalSeconds);
            open.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, (int)KeepAliveTimeout.TotalSeconds);
            open.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 1);
            if (OperatingSystem.IsLinux())
                open.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpUserTimeoutOption, BitConverter.GetBytes((int)(BusyKeepAlive + KeepAliveTimeout).TotalMilliseconds));
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // The connection went away meanwhile, and the reader says so.
        }
    }

    SyncInput.CallEnded Ended(RpcException e)
    {
        var code = e.Trailers.GetValue(CodeTrailer);
        if (string.IsNullOrEmpty(code) && (connection?.Stranger ?? watch.Stranger) is { } stranger) return new(CallStatus.OtherAnswered, null, null, stranger);
        var after = long.TryParse(e.Trailers.GetValue(RetryAfterTrailer), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(Math.Min(milliseconds, TimeSpan.FromHours(1).TotalMilliseconds))
            : (TimeSpan?)null;
        var status = e.StatusCode switch
        {
            StatusCode.OK => CallStatus.Ok,
            StatusCode.Unavailable => CallStatus.Unavailable,
            StatusCode.DeadlineExceeded => CallStatus.DeadlineExceeded,
            StatusCode.Unauthenticated => CallStatus.Unauthenticated,
            StatusCode.PermissionDenied => CallStatus.PermissionDenied,
            StatusCode.ResourceExhausted => CallStatus.ResourceExhausted,
            StatusCode.Unimplemented => CallStatus.Unimplemented,
            _ => CallStatus.Other,
        };
        var cause = Innermost(e);
        if (cause is CloudNameException) code = CloudNameException.Code;
        return new(status, string.IsNullOrEmpty(code) ? null : code, after, cause?.Message ?? e.Status.Detail);
    }

    static Exception? Innermost(RpcException e)
    {
        var cause = e.Status.DebugException;
        while (cause?.InnerException is { } inner) cause = inner;
        return cause;
    }
}
