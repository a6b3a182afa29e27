using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>What merging some entries raised and closed, and what is kept to judge later ones.</summary>
public sealed record JudgedExceptions(IReadOnlyList<ClosedException> Closed, IReadOnlyList<RaisedException> Raised, IReadOnlyList<ReturnedLine> Returned, ReceiptNumber? LastReceipt)
{
    public static JudgedExceptions None { get; } = new([], [], [], null);
}
