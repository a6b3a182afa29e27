using EdgeRetail.Contracts.Sync.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace EdgeRetail.CloudSync.Tests;

/// <summary>One Sync call of a device. What comes down is kept by kind; pages are applied and credited unless told otherwise.</summary>
public sealed class TestCall : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly GrpcChannel channel;
    readonly AsyncDuplexStreamingCall<DeviceMessage, CloudMessage> call;
    readonly SemaphoreSlim writing = new(1);

    public TestCall(TestReplica replica, string? token)
    {
        channel = replica.Connect();
        var headers = new Metadata();
        if (token is not null) headers.Add("authorization", $"Bearer {token}");
        call = new DeviceSync.DeviceSyncClient(channel).Sync(headers);
    }

    /// <summary>Every page so far, in order.</summary>
    public List<Page> Pages { get; } = [];

    public bool AppliesPages { get; set; } = true;

    /// <summary>Hello and Welcome; the device keeps the session token.</summary>
    public static async Task<(TestCall Call, Welcome Welcome)> BeginAsync(TestReplica replica, TestDevice device, Hello? hello = null)
    {
        var call = new TestCall(replica, device.Token);
        await call.SendAsync(new DeviceMessage { Hello = hello ?? device.Hello() });
        var answer = await call.NextAnswerAsync();
        Assert.That(answer.MessageCase, Is.EqualTo(CloudMessage.MessageOneofCase.Welcome), $"{answer}");
        device.SessionToken = answer.Welcome.Token.ToByteArray();
        await call.SendAsync(new DeviceMessage { Resume = new() { FromSequence = answer.Welcome.AppliedThrough + 1 } });
        return (call, answer.Welcome);
    }

    /// <summary>Writes the message, where the cloud has not ended the call.</summary>
    public static async Task WriteAsync(AsyncDuplexStreamingCall<DeviceMessage, CloudMessage> call, DeviceMessage message)
    {
        try
        {
            await call.RequestStream.WriteAsync(message);
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or OperationCanceledException or IOException)
        {
            // A call that has ended takes nothing and does not say why: reading does, with status and trailers.
        }
    }

    public async Task SendAsync(DeviceMessage message)
    {
        await writing.WaitAsync();
        try
        {
            await WriteAsync(call, message);
        }
        finally
        {
            writing.Release();
        }
    }

    public Task SendAsync(Batch batch) => SendAsync(new DeviceMessage { Batch = batch });

    /// <summary>The next message that is not a page.</summary>
    public async Task<CloudMessage> NextAnswerAsync()
    {
        while (true)
        {
            var message = await NextAsync() ?? throw new AssertionException("The call ended without an answer.");
            if (message.MessageCase != CloudMessage.MessageOneofCase.Page) return message;
        }
    }

    public async Task<Ack> NextAckAsync()
    {
        var answer = await NextAnswerAsync();
        Assert.That(answer.MessageCase, Is.EqualTo(CloudMessage.MessageOneofCase.Ack), $"{answer}");
        return answer.Ack;
    }

    public async Task<Refusal> NextRefusalAsync()
    {
        var answer = await NextAnswerAsync();
        Assert.That(answer.MessageCase, Is.EqualTo(CloudMessage.MessageOneofCase.Refusal), $"{answer}");
        return answer.Refusal;
    }

    /// <summary>Sends the batch and waits for its acknowledgement.</summary>
    public async Task<Ack> PushAsync(Batch batch)
    {
        await SendAsync(batch);
        return await NextAckAsync();
    }

    /// <summary>Reads pages until one reaches the version.</summary>
    public async Task<Page> PageThroughAsync(long storeVersion)
    {
        while (Pages.LastOrDefault(page => page.Feed == FeedKind.Store) is not { } last || last.ToVersion < (ulong)storeVersion)
            _ = await NextAsync() ?? throw new AssertionException($"The call ended before store version {storeVersion}.");
        return Pages.Last(page => page.Feed == FeedKind.Store);
    }

    /// <summary>The next message, whatever it is; null at the call's end. The status of a failed call is thrown.</summary>
    public async Task<CloudMessage?> NextAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            if (!await call.ResponseStream.MoveNext(deadline.Token)) return null;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled && deadline.IsCancellationRequested)
        {
            throw new AssertionException($"Nothing came within {Patience}.", e);
        }

        var message = call.ResponseStream.Current;
        if (message.MessageCase == CloudMessage.MessageOneofCase.Page)
        {
            Pages.Add(message.Page);
            if (AppliesPages) await SendAsync(new DeviceMessage { PageApplied = new() { Feed = message.Page.Feed, Version = message.Page.ToVersion } });
        }

        return message;
    }

    /// <summary>Reads to the call's end and says how it ended.</summary>
    public async Task<StatusCode> EndAsync()
    {
        try
        {
            while (await NextAsync() is not null)
            {
            }

            return call.GetStatus().StatusCode;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }

    public Task CloseAsync() => call.RequestStream.CompleteAsync();

    public ValueTask DisposeAsync()
    {
        call.Dispose();
        channel.Dispose();
        writing.Dispose();
        return ValueTask.CompletedTask;
    }
}
