using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;

namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>
/// Folds a store's journal anew, step by step in version order, with the same merge code as ingest. Effects, stock, versions and
/// feed hashes come out of it; what stands in the way is named. No I/O.
/// </summary>
sealed class StoreRebuild(int storeId, Violations violations)
{
    StockFold fold = new(0, [], StockChecksum.Empty);
    readonly List<StockEffect> effects = [];

    public long Version => fold.Version;

    public IReadOnlyDictionary<ProductCode, ProductStock> Stock => fold.Stock;

    /// <summary>Of all stock rows at <see cref="Version"/>.</summary>
    public StockChecksum Checksum => fold.Checksum;

    public long Steps { get; private set; }

    /// <summary>The effects of the next step; empty where its version was taken already.</summary>
    public IReadOnlyList<StockEffect> Take(MergeStep step)
    {
        effects.Clear();
        if (step.Version <= fold.Version)
        {
            violations.Add(Invariants.GapFreeFeeds, $"version {step.Version} of store {storeId} is taken twice, once by entry {step.EntryId}");
            return effects;
        }

        if (step.Version > fold.Version + 1)
        {
            violations.Add(Invariants.GapFreeFeeds, $"{(step.Version == fold.Version + 2 ? $"version {fold.Version + 1}" : $"versions {fold.Version + 1} to {step.Version - 1}")} of store {storeId} have no entry in the journal");
            fold = new(step.Version - 1, fold.Stock, fold.Checksum);
        }

        Steps++;
        var entry = new EntryId(step.EntryId);
        if (!step.Merged)
        {
            fold.Quarantine(entry, effects);
        }
        else if (EntryCodec.Decode(step.Bytes) is not EntryDecoding.Decoded { Entry: var decoded })
        {
            violations.Add(Invariants.StockIsTheFold, $"entry {step.EntryId} is merged at version {step.Version} of store {storeId}, and its bytes cannot be read");
            fold.Quarantine(entry, effects);
        }
        else if (SettledMovements.Of(decoded, decoded is QuarantineReplayed replayed && replayed.Original.Value == step.Original ? step.OriginalBytes : (ReadOnlyMemory<byte>?)null) is not { } movements)
        {
            violations.Add(Invariants.StockIsTheFold, $"entry {step.EntryId} replays or corrects at version {step.Version} of store {storeId} what cannot be read, or is not settled by it");
            fold.Quarantine(entry, effects);
        }
        else if (!fold.TryMerge(entry, movements, effects))
        {
            violations.Add(Invariants.StockIsTheFold, $"entry {step.EntryId} is merged at version {step.Version} of store {storeId}, and its on hand would leave 64 bits");
            fold.Quarantine(entry, effects);
        }

        return effects;
    }
}
