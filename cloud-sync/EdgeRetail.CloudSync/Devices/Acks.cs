using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using Google.Protobuf;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>Acknowledgements: neighbours with the same disposition travel as one.</summary>
static class Acks
{
    public static Ack Of(BatchOutcome.Accepted accepted, IncarnationId incarnation)
    {
        var ack = new Ack
        {
            AppliedThrough = (ulong)accepted.AppliedThrough,
            AppliedChain = ByteString.CopyFrom(accepted.Chain.ToByteArray()),
            Incarnation = ByteString.CopyFrom(incarnation.ToByteArray()),
            StoreVersion = (ulong)accepted.StoreVersion,
            DurableThrough = (ulong)accepted.DurableThrough,
        };
        foreach (var outcome in accepted.Outcomes) Add(ack, outcome);
        return ack;
    }

    static void Add(Ack ack, EntryOutcome outcome)
    {
        var (kind, code) = outcome switch
        {
            EntryOutcome.Duplicate => (DispositionKind.Duplicate, ""),
            EntryOutcome.Quarantined quarantined => (DispositionKind.Quarantined, quarantined.Code),
            _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "An outcome without a disposition."),
        };
        if (ack.Dispositions.Count > 0 && ack.Dispositions[^1] is var last && last.Kind == kind && last.Code == code && last.FirstSequence + last.Count == (ulong)outcome.Sequence) last.Count++;
        else ack.Dispositions.Add(new EntryDisposition { FirstSequence = (ulong)outcome.Sequence, Count = 1, Kind = kind, Code = code });
    }
}
