using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.TestKit;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeRetail.CloudSync.Tests.Recordings;

/// <summary>What devices of every version said, byte for byte, said to the cloud of today.</summary>
public sealed class RecordedSessionTests
{
    static readonly Marshaller<byte[]> Bytes = Marshallers.Create(bytes => bytes, bytes => bytes);

    static readonly Method<byte[], byte[]> Sync = new(MethodType.DuplexStreaming, "edgeretail.sync.v1.DeviceSync", "Sync", Bytes, Bytes);

    public static IReadOnlyList<string> Versions => RecordedSession.Versions;

    [TestCaseSource(nameof(Versions))]
    public async Task A_recorded_device_is_taken_in_as_it_was_then(string version)
    {
        var recording = RecordedSession.Read(version);
        var recorded = recording.Shop;
        await using var shop = await TestShop.OpenAsync(recorded.Store);
        await EnrolAsync(shop, recorded);
        await using var replica = await TestReplica.StartAsync(shop.ConnectionString, keys: Keys(recorded));

        using var channel = replica.Connect();
        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(Sync, null, new(new() { { "authorization", $"Bearer {recorded.DeviceToken}" } }));
        var answers = await SayAsync(call, recording);

        var then = recording.Messages.Where(message => !message.FromDevice).Select(message => CloudMessage.Parser.ParseFrom(message.Bytes)).ToList();
        var (welcome, before) = (answers.First(answer => answer.Welcome is not null).Welcome, then.First(answer => answer.Welcome is not null).Welcome);
        Assert.That((welcome.Verdict, welcome.Token, welcome.Stream, welcome.AppliedThrough, welcome.AppliedChain), Is.EqualTo((before.Verdict, before.Token, before.Stream, before.AppliedThrough, before.AppliedChain)));
        var (ack, last) = (answers.Last(answer => answer.Ack is not null).Ack, then.Last(answer => answer.Ack is not null).Ack);
        Assert.That((ack.AppliedThrough, ack.AppliedChain, ack.Dispositions.Count), Is.EqualTo((last.AppliedThrough, last.AppliedChain, last.Dispositions.Count)));
        foreach (var (entry, index) in recorded.Entries.Select((entry, index) => (entry, index)))
            Assert.That(await shop.ScalarAsync<Guid>($"select entry_id from journal where sequence = {index + 1} and quarantine_code is null"), Is.EqualTo(entry));
        foreach (var (product, onHand) in recorded.Stock) Assert.That(await shop.OnHandAsync(recorded.Store, product), Is.EqualTo(onHand), product);
    }

    /// <summary>The device's messages as they are; pages are applied as they come, since today's may be cut elsewhere.</summary>
    static async Task<List<CloudMessage>> SayAsync(AsyncDuplexStreamingCall<byte[], byte[]> call, RecordedSession recording)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var answers = new List<CloudMessage>();
        foreach (var message in recording.Messages.Where(message => message.FromDevice))
        {
            var said = DeviceMessage.Parser.ParseFrom(message.Bytes);
            if (said.MessageCase == DeviceMessage.MessageOneofCase.PageApplied) continue;
            await call.RequestStream.WriteAsync(message.Bytes, deadline.Token);
            if (said.Hello is not null) await HearAsync(answer => answer.Welcome is not null);
            else if (said.Batch is { } batch) await HearAsync(answer => answer.Ack is { } ack && ack.AppliedThrough >= batch.FirstSequence + (ulong)batch.Entries.Count - 1);
        }

        await call.RequestStream.CompleteAsync();
        return answers;

        async Task HearAsync(Func<CloudMessage, bool> wanted)
        {
            do
            {
                Assert.That(await call.ResponseStream.MoveNext(deadline.Token), Is.True, "the cloud goes on");
                var answer = CloudMessage.Parser.ParseFrom(call.ResponseStream.Current);
                Assert.That(answer.Refusal, Is.Null);
                answers.Add(answer);
                if (answer.Page is { } page) await call.RequestStream.WriteAsync(new DeviceMessage { PageApplied = new() { Feed = page.Feed, Version = page.ToVersion } }.ToByteArray(), deadline.Token);
            }
            while (!wanted(answers[^1]));
        }
    }

    /// <summary>The device with the id, the token and the stream that it had.</summary>
    static async Task EnrolAsync(TestShop shop, RecordedShop recorded)
    {
        await using var context = shop.Context();
        var added = await new DeviceRegistry(context, SecretSource.OfTheSystem, TimeProvider.System)
            .AddAsync(new(recorded.Store, recorded.DeviceCode, "http://127.0.0.1:5001") { DeviceId = recorded.DeviceId }, CancellationToken.None);
        Assert.That(added, Is.InstanceOf<DeviceAddition.Added>());
        await shop.ExecuteAsync(
            $"""
            set session_replication_role = replica;
            update stream set stream_id = '{recorded.Stream}', applied_chain = decode('{Convert.ToHexStringLower(ChainHash.Start(new StreamId(recorded.Stream)).ToByteArray())}', 'hex');
            update device set stream_id = '{recorded.Stream}', token_hash = decode('{Convert.ToHexStringLower(DeviceRegistry.TokenHash(recorded.DeviceToken))}', 'hex');
            set session_replication_role = default;
            """);
    }

    /// <summary>The tokens of then are authentic again.</summary>
    static SessionKeyset Keys(RecordedShop recorded)
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllText(folder["session-keys.json"], recorded.SessionKeys.GetRawText());
        File.SetUnixFileMode(folder["session-keys.json"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return SessionKeyFile.Load(folder["session-keys.json"]);
    }
}
