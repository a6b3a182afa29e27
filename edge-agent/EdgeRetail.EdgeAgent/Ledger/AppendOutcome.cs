using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>What the ledger made of an entry.</summary>
abstract record AppendOutcome
{
    AppendOutcome()
    {
    }

    public sealed record Appended(EntryId Entry, long Position, ReceiptNumber? Receipt, DeviceState Next) : AppendOutcome;

    public sealed record Violates(EntryViolation Violation) : AppendOutcome;
}
