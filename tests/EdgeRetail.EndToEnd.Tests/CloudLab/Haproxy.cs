using System.Net;
using System.Net.Sockets;
using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.CloudLab;

/// <summary>A balancer in front of replicas, as a cloud has one: HTTP/2 on both sides, each replica asked whether it is ready.</summary>
sealed class Haproxy : IAsyncDisposable
{
    readonly ProductProcess process;

    Haproxy(ProductProcess process, int port) => (this.process, Port) = (process, port);

    public int Port { get; }

    public static async Task<Haproxy> StartAsync(string folder, IReadOnlyList<Replica> replicas)
    {
        var executable = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Select(path => Path.Combine(path, "haproxy")).FirstOrDefault(File.Exists);
        if (executable is null) Desk.IgnoreExceptInCi("There is no haproxy: apt-get install haproxy");
        int port;
        using (var free = new FreePort()) port = free.Port;
        var file = Path.Combine(folder, "haproxy.cfg");
        await File.WriteAllTextAsync(file, $"""
            global
                maxconn 1000
            defaults
                mode http
                timeout connect 2s
                timeout client 1h
                timeout server 1h
                retries 3
                option redispatch
            frontend devices
                bind 127.0.0.1:{port} proto h2
                default_backend replicas
            backend replicas
                balance leastconn
                option httpchk
                http-check send meth GET uri /healthz/ready ver HTTP/1.1 hdr Host localhost
            {string.Join('\n', replicas.Select(replica => $"    server {replica.Name} 127.0.0.1:{replica.GrpcPort} proto h2 check check-proto h1 port {replica.HttpPort} inter 300ms fall 2 rise 1 on-marked-down shutdown-sessions"))}

            """);
        var started = new Haproxy(ProductProcess.Start(executable!, ["-db", "-f", file]), port);
        await Eventually.IsTrue(started.ListensAsync, "haproxy listens");
        return started;
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

    async Task<bool> ListensAsync()
    {
        Assert.That(process.HasExited, Is.False, process.Transcript());
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
