namespace EdgeRetail.EdgeAgent.Retention;

/// <summary>The steps by free bytes (PROTOCOL.md §5). Pure.</summary>
static class DiskLadder
{
    public const long WarnBytes = 400L << 20;
    public const long ShedBytes = 200L << 20;
    public const long ReserveBytes = 8L << 20;

    public static DiskStep StepAt(long freeBytes) =>
        freeBytes >= WarnBytes ? DiskStep.Enough
        : freeBytes >= ShedBytes ? DiskStep.Low
        : freeBytes >= ReserveBytes ? DiskStep.Shed
        : DiskStep.Reserve;
}
