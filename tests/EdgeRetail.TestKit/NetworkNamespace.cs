using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace EdgeRetail.TestKit;

/// <summary>
/// A network of its own with one cable out of it, which the kernel breaks: drops, resets, narrows. Needs root, iproute2 and
/// nftables.
/// </summary>
public sealed partial class NetworkNamespace : IAsyncDisposable
{
    const int OpenReadOnly = 0;
    const int NewNetwork = 0x40000000;

    NetworkNamespace(string name, int subnet)
    {
        Name = name;
        Outside = IPAddress.Parse($"10.231.{subnet}.1");
        Inside = IPAddress.Parse($"10.231.{subnet}.2");
    }

    public string Name { get; }

    /// <summary>This end of the cable.</summary>
    public IPAddress Outside { get; }

    /// <summary>The far end.</summary>
    public IPAddress Inside { get; }

    /// <summary>The cable's end in the namespace.</summary>
    public string Interface => $"{Name}b";

    /// <summary>What a command is put behind to run in there.</summary>
    public IReadOnlyList<string> Launcher => ["ip", "netns", "exec", Name];

    /// <summary>Skips at a desk where the kernel or the user does not let it, fails in CI.</summary>
    public static async Task<NetworkNamespace> MakeAsync()
    {
        foreach (var tool in (string[])["ip", "tc", "nft"])
            if (await RunAsync(tool, ["-V"]) is { Code: 127 }) Desk.IgnoreExceptInCi($"There is no {tool}: apt-get install iproute2 nftables");
        var made = new NetworkNamespace($"er{RandomNumberGenerator.GetHexString(6, lowercase: true)}", RandomNumberGenerator.GetInt32(1, 250));
        if (await RunAsync("ip", ["netns", "add", made.Name]) is var (code, text) && code != 0) Desk.IgnoreExceptInCi($"No network namespace can be made here (it needs root): {text}");
        try
        {
            await DoAsync("ip", "link", "add", $"{made.Name}a", "type", "veth", "peer", "name", made.Interface, "netns", made.Name);
            await DoAsync("ip", "address", "add", $"{made.Outside}/30", "dev", $"{made.Name}a");
            await DoAsync("ip", "link", "set", $"{made.Name}a", "up");
            await made.RunAsync("ip", "address", "add", $"{made.Inside}/30", "dev", made.Interface);
            await made.RunAsync("ip", "link", "set", made.Interface, "up");
            await made.RunAsync("ip", "link", "set", "lo", "up");
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>A command inside, which has to end well.</summary>
    public Task RunAsync(params string[] command) => DoAsync("ip", ["netns", "exec", Name, .. command]);

    /// <summary>What becomes of packets that go out (<c>oifname</c>) or come in (<c>iifname</c>) over the cable, as nft says it.</summary>
    public async Task BreakAsync(params string[] rules)
    {
        await RunAsync("nft", "add", "table", "inet", "lab");
        await RunAsync("nft", "add", "chain", "inet", "lab", "out", "{ type filter hook output priority 0 ; }");
        await RunAsync("nft", "add", "chain", "inet", "lab", "in", "{ type filter hook input priority 0 ; }");
        foreach (var rule in rules)
            await RunAsync("nft", "add", "rule", "inet", "lab", rule.StartsWith("oifname", StringComparison.Ordinal) ? "out" : "in", rule.Replace("CABLE", Interface, StringComparison.Ordinal));
    }

    /// <summary>Packets go again.</summary>
    public Task HealAsync() => RunAsync("nft", "flush", "ruleset");

    /// <summary>The cable carries no more than this.</summary>
    public Task NarrowAsync(string rate) => RunAsync("tc", "qdisc", "replace", "dev", Interface, "root", "tbf", "rate", rate, "burst", "4kb", "latency", "400ms");

    /// <summary>As wide as it was; also where it was never narrowed.</summary>
    public async Task WidenAsync() => await RunAsync("ip", ["netns", "exec", Name, "tc", "qdisc", "delete", "dev", Interface, "root"]);

    /// <summary>A TCP socket that lives in there, for this process.</summary>
    public Socket OpenSocket()
    {
        Socket? socket = null;
        Exception? failure = null;
        // A socket stays in the network it was made in; the thread that entered it is not used for anything else.
        var thread = new Thread(() =>
        {
            try
            {
                var file = Open($"/run/netns/{Name}", OpenReadOnly);
                if (file < 0 || EnterNamespace(file, NewNetwork) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), $"cannot enter the namespace {Name}");
                _ = Close(file);
                socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            }
            catch (Exception e) when (e is Win32Exception or SocketException)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return socket ?? throw new InvalidOperationException($"No socket in {Name}.", failure);
    }

    public async ValueTask DisposeAsync() => await RunAsync("ip", ["netns", "delete", Name]);

    static async Task DoAsync(string command, params string[] arguments)
    {
        var (code, text) = await RunAsync(command, arguments);
        if (code != 0) throw new InvalidOperationException($"{command} {string.Join(' ', arguments)} ended with {code}: {text}");
    }

    static async Task<(int Code, string Text)> RunAsync(string command, IReadOnlyList<string> arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return (process.ExitCode, string.Concat(texts));
        }
        catch (Win32Exception e)
        {
            return (127, e.Message);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int EnterNamespace(int file, int kind);
}
