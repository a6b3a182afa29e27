namespace EdgeRetail.TestKit;

/// <summary>What a fault test does to a process; the value is Linux's number.</summary>
public enum ProcessSignal
{
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
