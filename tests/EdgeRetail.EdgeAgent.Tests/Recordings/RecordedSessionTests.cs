using System.Net;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EdgeAgent.Sync;
using EdgeRetail.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRetail.EdgeAgent.Tests.Recordings;

/// <summary>The device's files of every version opened by the agent of today, and what clouds of every version said, byte for byte, said to it.</summary>
[CancelAfter(60_000)]
sealed class RecordedSessionTests
{
    public static IReadOnlyList<string> Versions => RecordedSession.Versions;

    [TestCaseSource(nameof(Versions))]
    public async Task A_recorded_cloud_is_followed_to_where_it_led_then_and_queued_entries_go_up_as_they_were_written(string version)
    {
        var recording = RecordedSession.Read(version);
        using var folder = new TemporaryDirectory();
        recording.RestoreDevice(folder["device"]);
        using var agent = Agent.Open(new AgentOptions(folder["device"]), TimeProvider.System);
        Assert.That(agent.Queries.Status().Outbox.Count, Is.EqualTo(recording.Shop.Entries.Count), "what was queued then is queued now");

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        var cloud = new RecordedCloud(recording);
        builder.Services.AddSingleton(cloud);
        await using var app = builder.Build();
        app.MapGrpcService<RecordedCloud>();
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();

        var worker = new SyncWorker(agent, new(new DeviceFacts("0.1.0", "fingerprint"), folder["device"], address), new Random(1), NullLogger<SyncWorker>.Instance);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var end = await worker.RunOnceAsync(patience.Token);

        Assert.That((end.Code, patience.IsCancellationRequested), Is.EqualTo(("STOPPED", false)), $"{end}");
        var status = agent.Queries.Status();
        Assert.That((status.Outbox.Count, status.PendingCount), Is.EqualTo((0L, 0L)));
        var then = recording.Messages.Where(message => message.FromDevice).Select(message => DeviceMessage.Parser.ParseFrom(message.Bytes)).Where(message => message.Batch is not null);
        Assert.That(cloud.Entries, Is.EqualTo(then.SelectMany(message => message.Batch.Entries).Select(entry => entry.ToByteArray())));
        foreach (var (product, onHand) in recording.Shop.Stock)
            Assert.That(agent.Queries.StockOf(ProductCode.Parse(product)).Figures.Single().OnHandThousandths, Is.EqualTo(onHand), product);
    }
}
