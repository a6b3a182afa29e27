using EdgeRetail.CloudSync.Devices;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using static EdgeRetail.CloudSync.Devices.HelloAdmission;

namespace EdgeRetail.CloudSync.Tests.Devices;

public sealed class HelloAdmissionTests
{
    static readonly HelloAdmissionOptions TenASecond = new() { AtOnceMax = 3, PerSecond = 10, Burst = 5 };

    [Test]
    public void So_many_are_opened_at_once_and_a_place_that_is_left_is_given_again()
    {
        using var admission = new HelloAdmission(TenASecond, new FakeTimeProvider());
        var first = admission.Enter();
        admission.Enter();
        admission.Enter();
        Assert.That(admission.Enter(), Is.TypeOf<HelloTurn.Refused>());
        ((HelloTurn.Admitted)first).Dispose();
        ((HelloTurn.Admitted)first).Dispose();
        Assert.That(admission.Enter(), Is.TypeOf<HelloTurn.Admitted>());
        Assert.That(admission.Enter(), Is.TypeOf<HelloTurn.Refused>(), "a place is left once");
    }

    [Test]
    public void Beyond_the_burst_each_gets_a_time_of_its_own_and_who_comes_then_finds_room()
    {
        var clock = new FakeTimeProvider();
        using var admission = new HelloAdmission(TenASecond, clock);
        var returns = new List<TimeSpan>();
        for (var i = 0; i < 100; i++)
        {
            switch (admission.Enter())
            {
                case HelloTurn.Admitted admitted: admitted.Dispose(); break;
                case HelloTurn.Refused refused: returns.Add(refused.ReturnAfter); break;
            }
        }

        Assert.That(returns, Has.Count.EqualTo(95));
        Assert.That(returns, Is.Ordered.Ascending.And.Unique);
        Assert.That(returns[0], Is.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(returns[^1].TotalSeconds, Is.EqualTo(10.4).Within(0.01));
        var passed = TimeSpan.Zero;
        foreach (var at in returns)
        {
            clock.Advance(at - passed);
            passed = at;
            var turn = admission.Enter();
            Assert.That(turn, Is.TypeOf<HelloTurn.Admitted>(), $"at {at}");
            ((HelloTurn.Admitted)turn).Dispose();
        }
    }

    [Test]
    public void Nobody_is_sent_away_for_longer_than_the_longest_wait()
    {
        using var admission = new HelloAdmission(TenASecond with { ReturnAfterMax = TimeSpan.FromSeconds(3) }, new FakeTimeProvider());
        for (var i = 0; i < 1_000; i++)
        {
            if (admission.Enter() is HelloTurn.Refused refused) Assert.That(refused.ReturnAfter, Is.InRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3.1)));
        }
    }

    /// <summary>Three hundred devices at once on a replica that opens fifty a second: all of them get in, each told when.</summary>
    [Test]
    public async Task A_herd_is_taken_in_one_after_the_other()
    {
        const int Herd = 300;
        await using var shop = await TestShop.OpenAsync(1);
        var devices = new List<TestDevice>();
        for (var i = 0; i < Herd; i++) devices.Add(await shop.AddDeviceAsync(1));
        foreach (var device in devices) device.Sell();
        await using var replica = await TestReplica.StartAsync(
            shop.ConnectionString,
            configure: services => services.AddSingleton(provider => new HelloAdmission(new() { AtOnceMax = 4, PerSecond = 50, Burst = 20 }, provider.GetRequiredService<TimeProvider>())));
        var refusals = 0;
        await Task.WhenAll(devices.Select(device => Task.Run(async () =>
        {
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    var (call, _) = await TestCall.BeginAsync(replica, device);
                    await using var __ = call;
                    Assert.That((await call.PushAsync(device.Batch(1, 1))).AppliedThrough, Is.EqualTo(1));
                    return;
                }
                catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted && attempt < 50)
                {
                    Interlocked.Increment(ref refusals);
                    Assert.That(e.Trailers.GetValue("edgeretail-code"), Is.EqualTo("OVERLOADED"));
                    await Task.Delay(TimeSpan.FromMilliseconds(double.Parse(e.Trailers.GetValue("edgeretail-retry-after-ms")!, System.Globalization.CultureInfo.InvariantCulture)));
                }
            }
        })));

        Assert.That(await shop.ScalarAsync<long>("select count(*) from journal"), Is.EqualTo(Herd));
        Assert.That(refusals, Is.GreaterThan(0), "the herd was larger than what is opened at once");
    }
}
