using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Harness;

/// <summary>The tester tested: a proxy that breaks nothing would make every fault test green.</summary>
public sealed class TcpProxyTests
{
    TcpListener server = null!;
    TcpProxy proxy = null!;

    [SetUp]
    public void Listen()
    {
        server = new(IPAddress.Loopback, 0);
        server.Start();
        proxy = new(((IPEndPoint)server.LocalEndpoint).Port);
    }

    [TearDown]
    public async Task Close()
    {
        await proxy.DisposeAsync();
        server.Dispose();
    }

    [Test]
    public async Task Bytes_go_both_ways()
    {
        var (near, far) = await LinkAsync();
        await SendAsync(near, "up");
        Assert.That(await ReceiveAsync(far, 2), Is.EqualTo("up"));
        await SendAsync(far, "down");
        Assert.That(await ReceiveAsync(near, 4), Is.EqualTo("down"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(proxy.Bytes(LinkDirection.Up), Is.EqualTo(2));
            Assert.That(proxy.Bytes(LinkDirection.Down), Is.EqualTo(4));
            Assert.That(proxy.LinksOpen, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task A_cut_resets_both_ends()
    {
        var (near, far) = await LinkAsync();
        proxy.Cut();
        Assert.That(async () => await ReceiveAsync(near, 1), Throws.InstanceOf<IOException>());
        Assert.That(async () => await ReceiveAsync(far, 1), Throws.InstanceOf<IOException>());
        (near, far) = await LinkAsync();
        await SendAsync(near, "again");
        Assert.That(await ReceiveAsync(far, 5), Is.EqualTo("again"));
    }

    [Test]
    public async Task Refused_means_refused_and_healed_means_accepted()
    {
        var (near, _) = await LinkAsync();
        proxy.Refuse();
        Assert.That(async () => await ReceiveAsync(near, 1), Throws.InstanceOf<IOException>());
        Assert.That(async () => await LinkAsync(), Throws.InstanceOf<SocketException>().With.Property(nameof(SocketException.SocketErrorCode)).EqualTo(SocketError.ConnectionRefused));
        proxy.Heal();
        var (again, far) = await LinkAsync();
        await SendAsync(again, "x");
        Assert.That(await ReceiveAsync(far, 1), Is.EqualTo("x"));
    }

    [Test]
    public async Task Swallowed_bytes_never_arrive_and_the_other_direction_goes_on()
    {
        var (near, far) = await LinkAsync();
        proxy.Swallow(LinkDirection.Down, afterBytes: 3);
        await SendAsync(far, "abcdef");
        Assert.That(await ReceiveAsync(near, 3), Is.EqualTo("abc"));
        await SendAsync(near, "up");
        Assert.That(await ReceiveAsync(far, 2), Is.EqualTo("up"));
        proxy.Heal();
        Assert.That(async () => await ReceiveAsync(near, 1), Throws.InstanceOf<IOException>(), "a link that lost bytes must not go on");
    }

    [Test]
    public async Task A_stall_holds_bytes_back_and_loses_none()
    {
        var (near, far) = await LinkAsync();
        proxy.Stall();
        await SendAsync(near, "held");
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        Assert.That(async () => await far.ReadAsync(new byte[4], impatient.Token), Throws.InstanceOf<OperationCanceledException>());
        proxy.Heal();
        Assert.That(await ReceiveAsync(far, 4), Is.EqualTo("held"));
    }

    [Test]
    public async Task A_cut_after_so_many_bytes_passes_exactly_those()
    {
        var (near, far) = await LinkAsync();
        var cut = proxy.CutAfter(LinkDirection.Up, 5);
        await SendAsync(near, "abcdefgh");
        await cut;
        var received = new byte[16];
        var read = 0;
        try
        {
            while (true)
            {
                var more = await far.ReadAsync(received.AsMemory(read));
                if (more == 0) break;
                read += more;
            }
        }
        catch (IOException)
        {
            // The reset; it may also overtake bytes that were passed.
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read, Is.LessThanOrEqualTo(5));
            Assert.That(proxy.Bytes(LinkDirection.Up), Is.EqualTo(5));
        }
    }

    [Test]
    public async Task A_half_closed_link_still_carries_the_other_direction()
    {
        var (near, far) = await LinkAsync();
        proxy.HalfClose(LinkDirection.Down);
        Assert.That(await near.ReadAsync(new byte[1]), Is.Zero, "the end of the stream");
        await SendAsync(near, "up");
        Assert.That(await ReceiveAsync(far, 2), Is.EqualTo("up"));
    }

    [Test]
    public async Task A_corrupted_byte_is_another_and_the_others_are_as_they_were()
    {
        var (near, far) = await LinkAsync();
        var corrupted = proxy.CorruptAfter(LinkDirection.Up, 2);
        Assert.That(corrupted.IsCompleted, Is.False);
        await SendAsync(near, "abcdef");
        Assert.That(await ReceiveAsync(far, 6), Is.EqualTo("abbdef"));
        Assert.That(corrupted.IsCompletedSuccessfully);
        await SendAsync(near, "ghi");
        Assert.That(await ReceiveAsync(far, 3), Is.EqualTo("ghi"), "one byte, once");
        proxy.Heal();
        Assert.That(async () => await ReceiveAsync(near, 1), Throws.InstanceOf<IOException>(), "a link that changed bytes must not go on");
    }

    [Test]
    public async Task Jitter_keeps_the_order()
    {
        var (near, far) = await LinkAsync();
        proxy.Jitter = TimeSpan.FromMilliseconds(5);
        var text = string.Concat(Enumerable.Range(0, 20).Select(number => $"{number:D2}"));
        foreach (var pair in text.Chunk(2)) await SendAsync(near, new string(pair));
        Assert.That(await ReceiveAsync(far, text.Length), Is.EqualTo(text));
    }

    [Test]
    public async Task A_narrow_link_carries_so_much_a_second()
    {
        var (near, far) = await LinkAsync();
        proxy.BytesPerSecond = 8000;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await SendAsync(near, new string('x', 4000));
        await ReceiveAsync(far, 4000);
        Assert.That(watch.Elapsed, Is.AtLeast(TimeSpan.FromMilliseconds(400)), "the last twentieth is not waited for");
    }

    async Task<(NetworkStream Near, NetworkStream Far)> LinkAsync()
    {
        var near = new TcpClient();
        await near.ConnectAsync(IPAddress.Loopback, proxy.Port);
        return (near.GetStream(), (await server.AcceptTcpClientAsync()).GetStream());
    }

    static async Task SendAsync(NetworkStream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text));

    static async Task<string> ReceiveAsync(NetworkStream stream, int bytes)
    {
        var buffer = new byte[bytes];
        await stream.ReadExactlyAsync(buffer);
        return Encoding.ASCII.GetString(buffer);
    }
}
