using System.Runtime.InteropServices;
using EdgeRetail.EdgeAgent;

namespace EdgeRetail.DeviceCli.Hosting;

/// <summary>
/// Gives memory back once the shop is quiet: a kiosk shares a gigabyte with a browser, and what a delivery or a long backlog
/// needed is not needed in the night. It costs some milliseconds, once after each busy time.
/// </summary>
sealed partial class IdleTrim : IDisposable
{
    public static readonly TimeSpan QuietFor = TimeSpan.FromSeconds(20);

    readonly Agent agent;
    readonly ITimer timer;

    public IdleTrim(Agent agent)
    {
        this.agent = agent;
        timer = agent.Time.CreateTimer(_ => Trim(), null, QuietFor, Timeout.InfiniteTimeSpan);
        agent.Changed += OnChanged;
    }

    public void Dispose()
    {
        agent.Changed -= OnChanged;
        timer.Dispose();
    }

    void OnChanged(object? sender, AgentChange change) => timer.Change(QuietFor, Timeout.InfiniteTimeSpan);

    static void Trim()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            // SQLite's page caches come and go through malloc, which keeps what it has.
            _ = TrimMalloc(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library: it has its own ways.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimMalloc(nuint pad);
}
