namespace EdgeRetail.Simulation.Schedule;

/// <summary>Virtual time: what is to happen, in order of its time and, at the same time, of its planning. One thread.</summary>
sealed class EventQueue
{
    readonly PriorityQueue<Action, (TimeSpan At, long Order)> planned = new();
    long order;

    /// <summary>Since the run began.</summary>
    public TimeSpan Now { get; private set; }

    public void After(TimeSpan delay, Action action) => planned.Enqueue(action, (Now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero), order++));

    /// <summary>Lets the next thing happen, if it is due by then; else time goes on to then.</summary>
    public bool Step(TimeSpan until)
    {
        if (!planned.TryPeek(out _, out var next) || next.At > until)
        {
            Now = until > Now ? until : Now;
            return false;
        }

        var action = planned.Dequeue();
        Now = next.At;
        action();
        return true;
    }
}
