using System.Text.Json;
using System.Threading.Channels;
using EdgeRetail.EdgeAgent;
using EdgeRetail.Kiosk.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeRetail.Kiosk.Live;

/// <summary>
/// GET /api/v1/events: server-sent events. <c>status</c> comes at once and whenever the status is another, at most ten times
/// a second; <c>ping</c> when nothing else was said for five seconds, so that the page notices a dead line.
/// </summary>
sealed class StatusStream(Agent agent, KioskOptions options, ChangeSignal changes, CancellationToken stopping)
{
    static readonly TimeSpan Coalesce = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(5);

    static ReadOnlySpan<byte> StatusEvent => "event: status\ndata: "u8;

    static ReadOnlySpan<byte> EventEnd => "\n\n"u8;

    static readonly ReadOnlyMemory<byte> Ping = "event: ping\ndata:\n\n"u8.ToArray();

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/events", Stream);

    async Task Stream(HttpContext context)
    {
        if (changes.TryListen(options.EventStreamsMax) is not { } ear)
        {
            await Problems.Write(context, new("Too many", StatusCodes.Status503ServiceUnavailable, "TOO_MANY_STREAMS", $"{options.EventStreamsMax} pages are open already.", "Close windows that are not needed."));
            return;
        }

        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.RequestAborted);
        try
        {
            context.Response.ContentType = "text/event-stream";
            await Follow(context.Response, ear.Reader, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The page went, or the agent stops: the stream just ends, and a page that is still there opens another.
        }
        finally
        {
            changes.Leave(ear);
        }
    }

    async Task Follow(HttpResponse response, ChannelReader<bool> ear, CancellationToken cancellationToken)
    {
        byte[] last = [];
        var heard = ear.WaitToReadAsync(cancellationToken).AsTask();
        while (true)
        {
            var status = StatusBytes();
            if (!status.AsSpan().SequenceEqual(last))
            {
                await Send(response, Frame(status), cancellationToken);
                last = status;
                await Task.Delay(Coalesce, agent.Time, cancellationToken);
            }

            while (!heard.IsCompleted)
            {
                var quiet = Task.Delay(PingAfter, agent.Time, cancellationToken);
                if (await Task.WhenAny(heard, quiet) == quiet) await Send(response, Ping, cancellationToken);
            }

            await heard;
            ear.TryRead(out _);
            heard = ear.WaitToReadAsync(cancellationToken).AsTask();
        }
    }

    byte[] StatusBytes() =>
        JsonSerializer.SerializeToUtf8Bytes(ApiViews.Of(agent.Queries.Status(), options.SoftwareVersion, agent.Time.GetUtcNow()), ApiJson.Default.StatusResponse);

    static byte[] Frame(byte[] status) => [.. StatusEvent, .. status, .. EventEnd];

    static async Task Send(HttpResponse response, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        await response.Body.WriteAsync(frame, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
