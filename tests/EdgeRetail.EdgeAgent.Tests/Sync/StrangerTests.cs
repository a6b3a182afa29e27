using System.Net;
using System.Text;
using EdgeRetail.EdgeAgent.Health;
using EdgeRetail.EdgeAgent.Sync;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRetail.EdgeAgent.Tests.Sync;

/// <summary>Who answers where the cloud should.</summary>
[CancelAfter(60_000)]
sealed class StrangerTests : AgentFixture
{
    [TestCase("HTTP/1.1 302 Found\r\nLocation: http://login/\r\n", "a server that says 'HTTP/1.1 302 Found'")]
    [TestCase("HTTP/1.1 200 <b>\u0007", "a server that says 'HTTP/1.1 200 ?b??'")]
    [TestCase("\u0015\u0003\u0001\u0000\u0002\u0002\u0046", "a server that speaks TLS")]
    [TestCase("\u0016\u0003", "a server that speaks TLS")]
    [TestCase("SSH-2.0-OpenSSH_9.2\r\n", "a program that does not speak HTTP/2")]
    [TestCase("\u0000\u0000\u0012\u0004\u0000\u0000\u0000\u0000\u0000\u0000", null, TestName = "A_SETTINGS_frame_is_how_a_cloud_begins")]
    [TestCase("", null, TestName = "Silence_tells_nothing")]
    [TestCase("\u0000\u0000", null, TestName = "Two_bytes_tell_nothing")]
    public void The_first_bytes_tell_who_answers(string bytes, string? who) => Assert.That(FirstAnswer.Stranger(Encoding.Latin1.GetBytes(bytes)), Is.EqualTo(who));

    [TestCase(200, "application/grpc", null)]
    [TestCase(200, "application/grpc+proto", null)]
    [TestCase(200, "text/html", "a server that says 'HTTP/2 200'")]
    [TestCase(302, null, "a server that says 'HTTP/2 302'")]
    [TestCase(511, "text/html", "a server that says 'HTTP/2 511'")]
    [TestCase(403, "text/plain", "a server that says 'HTTP/2 403'")]
    [TestCase(503, "text/html", null, TestName = "A_load_balancer_whose_cloud_is_away_is_no_stranger")]
    public void An_answer_that_is_not_gRPC_is_a_strangers(int status, string? mediaType, string? who) => Assert.That(AnswerWatch.StrangerOf(status, mediaType), Is.EqualTo(who));

    [TestCase(302, null, "NETWORK_INTERCEPTED")]
    [TestCase(200, "text/html", "NETWORK_INTERCEPTED")]
    [TestCase(401, "text/html", "NETWORK_INTERCEPTED")]
    [TestCase(503, "text/html", "CLOUD_UNREACHABLE")]
    public async Task A_proxy_that_speaks_HTTP_2_is_told_from_a_cloud_that_is_away(int status, string? mediaType, string code)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        await using var proxy = builder.Build();
        proxy.Run(async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = mediaType;
            await context.Response.WriteAsync("<html>Please log in.</html>");
        });
        await proxy.StartAsync();
        var address = proxy.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();

        var end = await new SyncWorker(Agent, new(new DeviceFacts("0.1.0", "fingerprint"), Directory, address), new Random(1), NullLogger<SyncWorker>.Instance).RunOnceAsync(CancellationToken.None);

        Assert.That((end.Code, end.Retry), Is.EqualTo((code, SyncRetry.BackOff)));
        var shown = Agent.Queries.Status();
        Assert.That(shown.Sync.LastErrorCode, Is.EqualTo(code));
        if (code == "NETWORK_INTERCEPTED") Assert.That(shown.Sync.LastErrorMessage, Is.EqualTo($"Something between this device and the cloud answers: a server that says 'HTTP/2 {status}'."));
        Assert.That(SyncAdvice.NextStep(code), Does.StartWith("Selling goes on."));
    }
}
