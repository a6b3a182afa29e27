using System.Net;
using System.Net.Sockets;

namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>What a name resolves to now.</summary>
/// <exception cref="SocketException">The name is not known, or nobody can be asked.</exception>
delegate Task<IPAddress[]> NameResolver(string host, CancellationToken cancellationToken);

/// <summary>
/// Where the cloud's name leads. It is resolved for every call. Where that fails, or the call before did not reach the cloud,
/// the addresses at which the cloud last answered are tried: a name service that is away or tells something wrong does not
/// keep a kiosk from its cloud. They stand in a file, also for a kiosk that starts meanwhile; whoever answers at them has to
/// prove itself as at any other. Losing the file loses nothing.
/// </summary>
sealed class CloudAddresses(NameResolver resolve, string file, TimeProvider clock)
{
    const int RememberedMax = 4;

    /// <summary>Less than a connection may take, so that there is time for the addresses of before.</summary>
    static readonly TimeSpan ResolvePatience = TimeSpan.FromSeconds(2);

    readonly Lock gate = new();
    (string Host, IReadOnlyList<IPAddress> Addresses)? remembered;
    (string Host, IPAddress Address)? reached;
    bool rememberedFirst;

    /// <summary>The addresses to try, in order; at least one.</summary>
    /// <exception cref="CloudNameException">The name does not resolve, and the cloud was never reached under it.</exception>
    public async Task<IReadOnlyList<IPAddress>> FindAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal)) return [literal];
        var (resolved, failure) = await ResolveAsync(host, cancellationToken);
        lock (gate)
        {
            var before = Remembered(host);
            IReadOnlyList<IPAddress> found = rememberedFirst ? [.. before.Union(resolved)] : [.. resolved.Union(before)];
            // In turn, until the cloud answers.
            (rememberedFirst, reached) = (!rememberedFirst, null);
            return found.Count > 0 ? found : throw new CloudNameException(host, failure);
        }
    }

    /// <summary>A connection is open to one of them; who answers there is not known yet.</summary>
    public void Connected(string host, IPAddress address)
    {
        lock (gate) reached = (host, address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
    }

    /// <summary>It is the cloud that answers at the address that was connected to.</summary>
    public void Confirm()
    {
        lock (gate)
        {
            rememberedFirst = false;
            if (reached is not { } good || IPAddress.TryParse(good.Host, out _)) return;
            var before = Remembered(good.Host);
            if (before.Count > 0 && before[0].Equals(good.Address)) return;
            remembered = (good.Host, [good.Address, .. before.Where(address => !address.Equals(good.Address)).Take(RememberedMax - 1)]);
            Keep();
        }
    }

    async Task<(IReadOnlyList<IPAddress> Found, string Failure)> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return (await resolve(host, cancellationToken).WaitAsync(ResolvePatience, clock, cancellationToken), "it has no address");
        }
        catch (SocketException e)
        {
            return ([], e.Message);
        }
        catch (TimeoutException)
        {
            return ([], $"no answer within {ResolvePatience.TotalSeconds:0} s");
        }
    }

    IReadOnlyList<IPAddress> Remembered(string host)
    {
        if (remembered is null || remembered.Value.Host != host) remembered = (host, Read(host));
        return remembered.Value.Addresses;
    }

    IReadOnlyList<IPAddress> Read(string host)
    {
        try
        {
            var lines = File.ReadLines(file).Take(RememberedMax + 1).ToList();
            if (lines.Count == 0 || lines[0] != host) return [];
            return [.. lines.Skip(1).Select(line => IPAddress.TryParse(line, out var address) ? address : null).OfType<IPAddress>()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    void Keep()
    {
        try
        {
            File.WriteAllLines(file + ".new", [remembered!.Value.Host, .. remembered.Value.Addresses.Select(address => address.ToString())]);
            File.Move(file + ".new", file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They are in memory; a start without the name service will have to wait for it.
        }
    }
}
