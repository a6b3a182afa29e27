using EdgeRetail.Contracts.Sync.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace EdgeRetail.EndToEnd.Tests.Harness;

/// <summary>
/// One call of <c>edgeretail.sync.v1</c>, message by message, by a device that does not keep to the protocol. Pages are
/// counted and passed over.
/// </summary>
sealed class SyncCall : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly GrpcChannel channel;
    readonly CancellationTokenSource ending = new(TimeSpan.FromMinutes(2));
    readonly AsyncDuplexStreamingCall<DeviceMessage, CloudMessage> call;

    readonly Action<Ack>? heard;

    public SyncCall(string address, string? deviceToken, Action<Ack>? heard = null)
    {
        this.heard = heard;
        channel = GrpcChannel.ForAddress(address, new() { MaxReceiveMessageSize = null, MaxSendMessageSize = null });
        var metadata = new Metadata();
        if (deviceToken is not null) metadata.Add("authorization", $"Bearer {deviceToken}");
        call = new DeviceSync.DeviceSyncClient(channel).Sync(metadata, cancellationToken: ending.Token);
    }

    public int Pages { get; private set; }

    /// <summary>Where the cloud has ended the call already nothing is sent: what it said is there to be read.</summary>
    public async Task SendAsync(DeviceMessage message)
    {
        try
        {
            await call.RequestStream.WriteAsync(message, ending.Token);
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or OperationCanceledException or IOException && !ending.IsCancellationRequested)
        {
            TestContext.Out.WriteLine($"{message.MessageCase} was not sent: {e.Message}");
        }
    }

    public Task SendAsync(Batch batch) => SendAsync(new DeviceMessage { Batch = batch });

    public Task ResumeAsync(long fromSequence) => SendAsync(new DeviceMessage { Resume = new() { FromSequence = (ulong)fromSequence } });

    public async Task<Welcome> HelloAsync(Hello hello)
    {
        await SendAsync(new DeviceMessage { Hello = hello });
        var answer = await NextAsync();
        Assert.That(answer.MessageCase, Is.EqualTo(CloudMessage.MessageOneofCase.Welcome), $"the answer to Hello: {answer}");
        return answer.Welcome;
    }

    public async Task<Ack> AckAsync()
    {
        var answer = await NextAsync();
        Assert.That(answer.MessageCase, Is.EqualTo(CloudMessage.MessageOneofCase.Ack), $"instead of an acknowledgement: {answer}");
        return answer.Ack;
    }

    public async Task<Refusal> RefusalAsync()
    {
        var answer = await NextAsync();
        Assert.That(answer.MessageCase, Is.EqualTo(CloudMessage.MessageOneofCase.Refusal), $"instead of a refusal: {answer}");
        return answer.Refusal;
    }

    /// <summary>The next message that is no page.</summary>
    public async Task<CloudMessage> NextAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
        patience.CancelAfter(Patience);
        while (await call.ResponseStream.MoveNext(patience.Token))
        {
            var message = call.ResponseStream.Current;
            if (message.Ack is { } ack) heard?.Invoke(ack);
            if (message.Page is not { } page) return message;
            Pages++;
            await SendAsync(new DeviceMessage { PageApplied = new() { Feed = page.Feed, Version = page.ToVersion } });
        }

        throw new AssertionException($"The cloud ended the call with {call.GetStatus()}.");
    }

    /// <summary>How the cloud ended the call: the status, and the code in its trailer.</summary>
    public async Task<(StatusCode Status, string? Code)> EndAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
        patience.CancelAfter(Patience);
        try
        {
            while (await call.ResponseStream.MoveNext(patience.Token))
            {
            }

            return (call.GetStatus().StatusCode, call.GetTrailers().GetValue("edgeretail-code"));
        }
        catch (RpcException e)
        {
            return (e.StatusCode, e.Trailers.GetValue("edgeretail-code") ?? call.GetTrailers().GetValue("edgeretail-code"));
        }
    }

    public static ByteString Bytes(byte[]? bytes) => bytes is null ? ByteString.Empty : ByteString.CopyFrom(bytes);

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        call.Dispose();
        channel.Dispose();
    }
}
