using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;

namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>
/// Folds a store's journal anew, step by step in version order, with the same merge code as ingest. Effects, stock, versions and
/// feed hashes come out of it; what stands in the way is named. No I/O.
/// </summary>
sealed class StoreRebuild(int storeId, EditPolicies policies, Violations violations)
{
    StockFold fold = new(0, [], StockChecksum.Empty);
    long latestEffectiveTime;
    readonly List<StockEffect> effects = [];
    readonly HashSet<EntryId> announced = [];
    readonly RegisterFold registers = new(new(storeId), policies);

    public long Version => fold.Version;

    public IReadOnlyDictionary<ProductCode, ProductStock> Stock => fold.Stock;

    public RegisterFold Registers => registers;

    /// <summary>The latest effective time of the entries so far, packed.</summary>
    public long LatestEffectiveTime => latestEffectiveTime;

    /// <summary>Of all stock rows at <see cref="Version"/>.</summary>
    public StockChecksum Checksum => fold.Checksum;

    public long Steps { get; private set; }

    /// <summary>Announces a merged count before the first step: what moves after it is summed for it, whenever it comes.</summary>
    public void Expect(EffectiveInstant instant, byte[] bytes)
    {
        if (EntryCodec.Decode(bytes) is not EntryDecoding.Decoded { Entry: var counted }) return;
        announced.Add(instant.Entry);
        foreach (var count in StockCounts.Of(counted)) fold.Expect(new(count.Product, instant, 0));
    }

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
            fold = fold.After(step.Version - 1);
        }

        Steps++;
        latestEffectiveTime = Math.Max(latestEffectiveTime, step.Instant.At.Packed);
        var entry = step.Instant.Entry;
        if (!step.Merged)
        {
            fold.Quarantine(entry, effects);
        }
        else if (EntryCodec.Decode(step.Bytes) is not EntryDecoding.Decoded { Entry: var decoded } || (decoded is StockCounted && !announced.Contains(entry)))
        {
            violations.Add(Invariants.StockIsTheFold, $"entry {step.EntryId} is merged at version {step.Version} of store {storeId}, and its bytes cannot be read");
            fold.Quarantine(entry, effects);
        }
        else if (decoded is StockCounted)
        {
            if (!fold.TryCount(step.Instant, StockCounts.Of(decoded), effects)) Overflowed(step);
        }
        else if (SettledMovements.Of(decoded, decoded is QuarantineReplayed replayed && replayed.Original.Value == step.Original ? step.OriginalBytes : (ReadOnlyMemory<byte>?)null) is not { } movements)
        {
            violations.Add(Invariants.StockIsTheFold, $"entry {step.EntryId} replays or corrects at version {step.Version} of store {storeId} what cannot be read, or is not settled by it");
            fold.Quarantine(entry, effects);
        }
        else if (!fold.TryMerge(step.Instant, movements, effects))
        {
            Overflowed(step);
        }
        else if (RegisterTables.EditOf(decoded, step.Instant) is { } edit)
        {
            var of = ProductEdit.Of(decoded)!;
            if (step.PolicyVersion is null) violations.Add(Invariants.EditsConverge, $"edit {step.EntryId} of store {storeId} does not say under which policies it was merged");
            registers.Merge(new(of.Product, of.Field), edit, step.Version, step.PolicyVersion ?? 0);
        }

        return effects;
    }

    void Overflowed(MergeStep step)
    {
        violations.Add(Invariants.StockIsTheFold, $"entry {step.EntryId} is merged at version {step.Version} of store {storeId}, and its on hand would leave 64 bits");
        fold.Quarantine(step.Instant.Entry, effects);
    }
}
