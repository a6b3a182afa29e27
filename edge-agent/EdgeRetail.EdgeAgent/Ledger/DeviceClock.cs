namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>The device's clocks, and whether the wall clock is to be believed.</summary>
public sealed class DeviceClock
{
    public ClockReading Read() => throw new NotSupportedException();
}
