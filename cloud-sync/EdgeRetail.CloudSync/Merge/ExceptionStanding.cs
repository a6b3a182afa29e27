using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>What judging exceptions needs of what was merged before.</summary>
public sealed class ExceptionStanding
{
    /// <summary>The code that its receipts carry; a copy that was enrolled anew sends some under the code that it had.</summary>
    public string DeviceCode { get; init; } = "";

    /// <summary>The highest receipt number seen of the device's last series; null before its first receipt.</summary>
    public ReceiptNumber? LastReceipt { get; init; }

    /// <summary>Whether CLOCK_DOUBTFUL stands open for the device.</summary>
    public bool ClockDoubtful { get; init; }

    /// <summary>Of the entries that arrive, those that an open REFUND_BEFORE_SALE waits for.</summary>
    public IReadOnlySet<EntryId> WaitedFor { get; init; } = new HashSet<EntryId>();

    /// <summary>What the sales sold that were asked for and are merged, in thousandths by line.</summary>
    public Dictionary<EntryId, IReadOnlyList<long>> Sold { get; } = [];

    /// <summary>What came back of them before.</summary>
    public List<ReturnedLine> Returned { get; } = [];

    /// <summary>An entry under each of the receipt numbers that were asked for.</summary>
    public Dictionary<ReceiptNumber, EntryId> Receipts { get; } = [];
}
