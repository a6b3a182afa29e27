using System.Collections.Concurrent;
using System.Text.Json;
using EdgeRetail.Checker.History;

namespace EdgeRetail.EndToEnd.Tests.Harness;

/// <summary>
/// What the devices told people and were told by the cloud, written down line by line as the checker reads it. A command that
/// was invoked and not confirmed may stand in the ledger or not.
/// </summary>
sealed class History : IDisposable
{
    readonly Lock gate = new();
    readonly StreamWriter file;
    readonly ConcurrentDictionary<Guid, Confirmation> confirmed = new();
    readonly ConcurrentDictionary<Guid, string> invoked = new();
    int goneWithMedia;
    readonly DateTimeOffset beganAt = DateTimeOffset.UtcNow;

    public History(string path)
    {
        Path = path;
        // Other readers may look while it is written.
        file = new(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read)) { AutoFlush = true };
    }

    public string Path { get; }

    public IReadOnlyCollection<Confirmation> Confirmed => [.. confirmed.Values];

    /// <summary>Confirmed, and on no disk of a device any more.</summary>
    public int GoneWithMedia => goneWithMedia;

    /// <summary>Commands, however often each was tried.</summary>
    public int Invoked => invoked.Count;

    /// <summary>Before every attempt.</summary>
    public void Invoke(string device, Guid command) => invoked[command] = device;

    /// <summary>The seller was told "sold". The same command confirmed as another entry is a sale made twice.</summary>
    public void Confirm(Confirmation confirmation)
    {
        Write(new HistoryEvent.Confirmed(DateTimeOffset.UtcNow, confirmation.Device, confirmation.Entry, confirmation.Receipt));
        var known = confirmed.GetOrAdd(confirmation.Command, confirmation);
        if (known.Entry == confirmation.Entry && known.Receipt == confirmation.Receipt) return;
        throw new AssertionException($"The command {confirmation.Command} was confirmed as {known.Entry} {known.Receipt}, and again as {confirmation.Entry} {confirmation.Receipt}.");
    }

    /// <summary>What a device's status says at this moment, also of what the cloud acknowledged.</summary>
    public void Show(string device, JsonElement status)
    {
        var outbox = status.GetProperty("outbox");
        var acknowledged = outbox.GetProperty("acknowledgedThrough").GetInt64();
        Write(new HistoryEvent.StatusShown(
            DateTimeOffset.UtcNow, device, outbox.GetProperty("count").GetInt64(), outbox.GetProperty("lastSequence").GetInt64(), acknowledged,
            status.GetProperty("sync").GetProperty("words").GetString()!.Contains("All sales are sent", StringComparison.Ordinal)));
        if (acknowledged > 0 && Guid.TryParse(status.GetProperty("stream").GetString(), out var stream)) Acknowledge(device, stream, acknowledged, null);
    }

    public void Acknowledge(string device, Guid stream, long through, string? chain) =>
        Write(new HistoryEvent.Acknowledged(DateTimeOffset.UtcNow, device, stream, through, chain));

    /// <summary>From the beginning of the test until now something was broken.</summary>
    public void FaultsEnd(string kind) => Write(new HistoryEvent.Fault(beganAt, DateTimeOffset.UtcNow, kind, "shop", []));

    /// <summary>A device's disk was put back: what it confirmed since is on no disk of its any more, if the cloud has not got it.</summary>
    public void MediaRolledBack(string device, IReadOnlyList<Guid> lost)
    {
        goneWithMedia += lost.Count;
        Write(new HistoryEvent.Fault(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, HistoryEvent.Fault.MediaRolledBack, device, lost));
    }

    /// <summary>The cloud's database is one of before: devices may be told that it holds less than it acknowledged.</summary>
    public void CloudSetBack() => Write(new HistoryEvent.Fault(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, HistoryEvent.Fault.CloudSetBack, "cloud", []));

    /// <summary>A fault of a device's medium took these entries from its ledger.</summary>
    public void MayLose(string device, string kind, IReadOnlyList<Guid> entries) => Write(new HistoryEvent.Fault(beganAt, DateTimeOffset.UtcNow, kind, device, entries));

    public void Drained() => Write(new HistoryEvent.Drained(DateTimeOffset.UtcNow));

    public void Dispose() => file.Dispose();

    void Write(HistoryEvent happened)
    {
        lock (gate) file.WriteLine(RunHistory.Write(happened));
    }
}
