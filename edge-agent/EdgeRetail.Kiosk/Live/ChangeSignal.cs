using System.Threading.Channels;
using EdgeRetail.EdgeAgent;

namespace EdgeRetail.Kiosk.Live;

/// <summary>Tells every open event stream that something changed; changes nobody has looked at yet are one.</summary>
sealed class ChangeSignal : IDisposable
{
    readonly Agent agent;
    readonly Lock gate = new();
    readonly List<Channel<bool>> streams = [];

    public ChangeSignal(Agent agent)
    {
        this.agent = agent;
        agent.Changed += Tell;
    }

    /// <summary>A stream's own ear; null where there are <paramref name="streamsMax"/> already.</summary>
    public Channel<bool>? TryListen(int streamsMax)
    {
        var ear = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
        lock (gate)
        {
            if (streams.Count >= streamsMax) return null;
            streams.Add(ear);
        }

        return ear;
    }

    public void Leave(Channel<bool> ear)
    {
        lock (gate) streams.Remove(ear);
    }

    public void Dispose() => agent.Changed -= Tell;

    void Tell(object? sender, AgentChange change)
    {
        lock (gate)
        {
            foreach (var ear in streams) ear.Writer.TryWrite(true);
        }
    }
}
