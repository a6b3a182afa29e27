namespace EdgeRetail.Simulation.Schedule;

/// <summary>Virtual time: what is to happen, in order of its time and, at the same time, of its planning. One thread.</summary>
sealed class EventQueue
{
    readonly PriorityQueue<Action, Turn> planned = new();
    long order;

    readonly record struct Turn(long AtTicks, long Order) : IComparable<Turn>
    {
        public int CompareTo(Turn other) => AtTicks != other.AtTicks ? AtTicks.CompareTo(other.AtTicks) : Order.CompareTo(other.Order);
    }

    /// <summary>Since the run began.</summary>
    public TimeSpan Now { get; private set; }

    public void After(TimeSpan delay, Action action) => planned.Enqueue(action, new((Now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero)).Ticks, order++));

    /// <summary>Lets the next thing happen, if it is due by then; else time goes on to then.</summary>
    public bool Step(TimeSpan until)
    {
        if (!planned.TryPeek(out _, out var next) || next.AtTicks > until.Ticks)
        {
            Now = until > Now ? until : Now;
            return false;
        }

        var action = planned.Dequeue();
        Now = new(next.AtTicks);
        action();
        return true;
    }
}
