using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.Contracts.Wire;
using Entry = EdgeRetail.Contracts.Entries.Entry;

namespace EdgeRetail.CloudSync.Ingest;

/// <summary>
/// Decodes, hashes and validates a batch before its transaction opens. Content never refuses a batch: an entry that cannot
/// be merged comes out with the reason, and goes into quarantine.
/// </summary>
public static class BatchExaminer
{
    public const string KindUnknownCode = "ENTRY_KIND_UNKNOWN";
    public const string SchemaUnknownCode = "ENTRY_SCHEMA_UNKNOWN";
    public const string OtherDeviceCode = "ENTRY_OF_OTHER_DEVICE";
    public const string OtherStoreCode = "ENTRY_OF_OTHER_STORE";
    public const string StoreNotAssignedCode = "STORE_NOT_ASSIGNED";

    const int DetailCharactersMax = 500;

    public static BatchExamination Examine(Batch batch, DeviceId device, AssignedStores assigned)
    {
        var count = batch.Entries.Count;
        if (count > ProtocolLimits.BatchEntriesMax)
            return new BatchExamination.TooLarge(ProtocolLimits.BatchEntriesMax, $"A batch has at most {ProtocolLimits.BatchEntriesMax} entries, this has {count}.");
        var bytes = batch.Entries.Sum(entry => (long)entry.Length);
        if (bytes > ProtocolLimits.BatchBytesMax)
            return new BatchExamination.TooLarge(ProtocolLimits.BatchBytesMax, $"A batch has at most {ProtocolLimits.BatchBytesMax} bytes of entries, this has {bytes}.");
        if (batch.FirstSequence is 0 or > long.MaxValue - ProtocolLimits.BatchEntriesMax) return new BatchExamination.Invalid($"A batch cannot begin at sequence {batch.FirstSequence}.");
        if (batch.ChainBefore.Length != Hash256.Length) return new BatchExamination.Invalid($"The chain hash before a batch has {Hash256.Length} bytes, not {batch.ChainBefore.Length}.");

        var store = assigned.StoreOf(batch.Store);
        var firstSequence = (long)batch.FirstSequence;
        var chain = ChainHash.Read(batch.ChainBefore.Span);
        var entries = new ArrivedEntry[count];
        var chains = new ChainHash[count];
        for (var i = 0; i < count; i++)
        {
            entries[i] = Examine(batch.Entries[i].Memory, firstSequence + i, device, store, assigned);
            chains[i] = chain = chain.Append(firstSequence + i, entries[i].Hash);
        }

        if (batch.ChainCheck != 0 && batch.ChainCheck != chain.Check) return new BatchExamination.Damaged(firstSequence, firstSequence + count - 1);
        return new BatchExamination.Examined(Parts(batch, store, assigned.Version, entries, chains));
    }

    static List<BatchPart> Parts(Batch batch, StoreId store, int assignmentVersion, ArrivedEntry[] entries, ChainHash[] chains)
    {
        var stream = batch.Stream.Length == 16 ? StreamId.Read(batch.Stream.Span) : (StreamId?)null;
        var parts = new List<BatchPart>(1);
        var first = 0;
        do
        {
            var effects = 0;
            var end = first;
            while (end < entries.Length && effects + entries[end].EffectCount <= ProtocolLimits.CommitEffectsMax) effects += entries[end++].EffectCount;
            parts.Add(new(
                batch.Token.Memory, stream, store, assignmentVersion, (long)batch.FirstSequence + first,
                first == 0 ? ChainHash.Read(batch.ChainBefore.Span) : chains[first - 1],
                new(entries, first, end - first), new(chains, first, end - first)));
            first = end;
        }
        while (first < entries.Length);
        return parts;
    }

    /// <summary>One entry as if it came alone: what ingest would say to it today.</summary>
    public static ArrivedEntry Examine(ReadOnlyMemory<byte> bytes, DeviceId device, StoreId store, AssignedStores assigned) => Examine(bytes, 0, device, store, assigned);

    static ArrivedEntry Examine(ReadOnlyMemory<byte> bytes, long sequence, DeviceId device, StoreId store, AssignedStores assigned)
    {
        var decoding = EntryCodec.Decode(bytes);
        var fallbackId = EntryId.OfUndecodable(decoding.Hash);
        switch (decoding)
        {
            case EntryDecoding.Decoded { Entry: var entry }:
                var reason = HeaderReason(entry.Header, device, store, assigned) ?? RuleReason(entry);
                return new(
                    sequence, decoding.Id, fallbackId, decoding.Hash, bytes, (short)entry.Kind, (short)entry.Header.SchemaVersion, entry.Header.Hlc, entry.Header.BusinessDate,
                    reason is null ? StockMovements.Of(entry) : [], reason)
                {
                    Content = reason is null ? entry : null,
                    Counts = reason is null ? StockCounts.Of(entry) : [],
                    Edit = reason is null ? ProductEdit.Of(entry) : null,
                    Wall = WallOf(entry.Header),
                };
            case EntryDecoding.UnknownKind { Header: var header, Kind: var kind }:
                return Unmergeable(
                    decoding.Id, kind, header,
                    header.SchemaVersion > ProtocolLimits.EntrySchemaVersion
                        ? new(SchemaUnknownCode, $"Schema version {header.SchemaVersion} is newer than {ProtocolLimits.EntrySchemaVersion}, the newest that this service reads.")
                        : new(KindUnknownCode, $"Kind {kind} is not known to this service."));
            case EntryDecoding.Malformed malformed:
                return Unmergeable(decoding.Id, 0, null, new(malformed.Code, Storable(malformed.Message)));
            default:
                throw new ArgumentOutOfRangeException(nameof(bytes), decoding.GetType(), "A decoding that nobody examines.");
        }

        ArrivedEntry Unmergeable(EntryId id, int kind, EntryHeader? header, QuarantineReason reason) => new(
            sequence, id, fallbackId, decoding.Hash, bytes, Short(kind), Short(header?.SchemaVersion ?? 0), header?.Hlc, header?.BusinessDate, [], reason)
        {
            Wall = header is null ? null : WallOf(header),
        };
    }

    static QuarantineReason? HeaderReason(EntryHeader header, DeviceId device, StoreId store, AssignedStores assigned) =>
        header.Device != device && !assigned.Predecessors.ContainsKey(header.Device) ? new(OtherDeviceCode, $"The entry names device {header.Device}; device {device} sent it.")
        : header.Store != store ? new(OtherStoreCode, $"The entry names store {header.Store}; it came for store {store}.")
        : !assigned.Has(header.Device, header.Store, header.AssignmentVersion) ? new(StoreNotAssignedCode, $"The device was not assigned to store {header.Store} under assignment version {header.AssignmentVersion}.")
        : null;

    static WallReading WallOf(EntryHeader header) => new(header.BootId, header.WallTime.ToUnixTimeMilliseconds());

    static QuarantineReason? RuleReason(Entry entry) =>
        EntryRules.FirstViolation(entry) is { } violation ? new(violation.Code, Storable(violation.Message)) : null;

    /// <summary>Kind and schema version as far as the journal's columns hold them; the bytes say the rest.</summary>
    static short Short(int value) => value is > 0 and <= short.MaxValue ? (short)value : (short)0;

    /// <summary>Messages quote what was sent, and PostgreSQL's text has no NUL.</summary>
    public static string Storable(string message) =>
        string.Create(Math.Min(message.Length, DetailCharactersMax), message, (span, text) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsControl(text[i]) || char.IsSurrogate(text[i]) ? '\uFFFD' : text[i];
        });
}
