using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Wire;

namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>What a merged entry moves. A replay moves what the entry that it refers to does, a correction what its own bytes say instead. Pure.</summary>
public static class SettledMovements
{
    /// <summary>Null where the bytes that count cannot be read.</summary>
    /// <param name="original">The bytes of the entry that a replay refers to.</param>
    public static IReadOnlyList<StockMovement>? Of(Entry entry, ReadOnlyMemory<byte>? original) => entry switch
    {
        QuarantineReplayed => original is { } bytes ? OfBytes(bytes) : null,
        QuarantineCorrected corrected => OfBytes(corrected.Corrected),
        _ => StockMovements.Of(entry),
    };

    static IReadOnlyList<StockMovement>? OfBytes(ReadOnlyMemory<byte> bytes) =>
        EntryCodec.Decode(bytes) is EntryDecoding.Decoded { Entry: var entry } && !entry.Kind.IsOfCloud() ? StockMovements.Of(entry) : null;
}
