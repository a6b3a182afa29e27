using EdgeRetail.Checker.History;

namespace EdgeRetail.Demo.Replay;

/// <summary>The history of the run as it happens, for the checker: what was confirmed, acknowledged, shown, and broken.</summary>
sealed class RunLog
{
    readonly Lock gate = new();
    readonly List<HistoryEvent> events = [];

    public static DateTimeOffset Now => DateTimeOffset.UtcNow;

    public void Add(HistoryEvent happened)
    {
        lock (gate) events.Add(happened);
    }

    public RunHistory ToHistory()
    {
        lock (gate) return new([.. events]);
    }
}
