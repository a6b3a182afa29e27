using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>A command resolved against catalogue and ledger: ready to become an entry, or refused.</summary>
abstract record CommandDraft
{
    CommandDraft()
    {
    }

    /// <summary><paramref name="WithEntry"/> writes what belongs to the entry beside it, in the same transaction; it is told its position.</summary>
    public sealed record Ready(Func<EntryHeader, ReceiptNumber, Entry> Make, Action<WriteTransaction, long>? WithEntry = null) : CommandDraft;

    public sealed record Refused(CommandResult.Refused Refusal) : CommandDraft;
}
