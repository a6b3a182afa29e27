using EdgeRetail.CloudSync.ChangeFeed;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using Google.Protobuf;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>What a device is told when it is refused: a stable code, what it does next, and a sentence for people.</summary>
public static class Refusals
{
    public const string DatabaseUnavailableCode = "DATABASE_UNAVAILABLE";

    public static Refusal Of(HelloDecision decision) => decision switch
    {
        HelloDecision.ProtocolUnsupported => New("PROTOCOL_UNSUPPORTED", RetryClass.Upgrade, $"This service speaks sync protocol {ProtocolLimits.ProtocolMin} to {ProtocolLimits.ProtocolMax}. Update the older side."),
        HelloDecision.Revoked => Revoked(),
        HelloDecision.Held => CloneSuspected(),
        HelloDecision.Hold => CloneSuspected(),
        _ => throw new ArgumentOutOfRangeException(nameof(decision), decision, "Not a refusal."),
    };

    public static Refusal Of(BatchOutcome outcome, TimeSpan retryAfter) => outcome switch
    {
        BatchOutcome.DeviceInactive { State: Storage.DeviceState.Held } => CloneSuspected(),
        BatchOutcome.DeviceInactive => Revoked(),
        BatchOutcome.SessionFenced => SessionFenced(),
        BatchOutcome.StreamClosed => New("STREAM_CLOSED", RetryClass.Hello, "The stream is not the device's current one."),
        BatchOutcome.SequenceGap gap => At(New("SEQUENCE_GAP", RetryClass.Rewind, $"Entries after {gap.AppliedThrough} are missing. Send from {gap.AppliedThrough + 1}."), gap.AppliedThrough, gap.Chain),
        BatchOutcome.SequenceContentMismatch other => At(New("SEQUENCE_CONTENT_MISMATCH", RetryClass.Fork, $"The cloud has other bytes at sequence {other.Sequence}."), other.AppliedThrough, other.Chain),
        BatchOutcome.ChainMismatch other => At(New("CHAIN_MISMATCH", RetryClass.Fork, $"The device's chain differs from the cloud's at {other.AppliedThrough}."), other.AppliedThrough, other.Chain),
        BatchOutcome.Unavailable => DatabaseUnavailable(retryAfter),
        BatchOutcome.Overloaded => After(New("OVERLOADED", RetryClass.Same, "Too many batches wait for their turn."), retryAfter),
        BatchOutcome.AssignmentMoved => New("ASSIGNMENT_CHANGED", RetryClass.Hello, "The device was assigned to another store; its settings come with the next session."),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not a refusal."),
    };

    public static Refusal DatabaseUnavailable(TimeSpan retryAfter) =>
        After(New(DatabaseUnavailableCode, RetryClass.Same, "The cloud's database cannot be reached or does not get to it; nothing is lost."), retryAfter);

    public static Refusal TooLarge(BatchExamination.TooLarge large)
    {
        var refusal = New("BATCH_TOO_LARGE", RetryClass.Same, large.Message + " Split it.");
        refusal.Limit = (ulong)large.Limit;
        return refusal;
    }

    /// <summary>A new session, and by that another connection: what changed the bytes may be on this one.</summary>
    public static Refusal Damaged(BatchExamination.Damaged damaged) =>
        New("BATCH_DAMAGED", RetryClass.Hello, $"Entries {damaged.FirstSequence} to {damaged.LastSequence} are not those that the device recorded: they changed on the way. Nothing of them was taken.");

    public static Refusal Invalid(string message) => New("MESSAGE_INVALID", RetryClass.Hello, message);

    public static Refusal Unexpected(string what) => New("MESSAGE_UNEXPECTED", RetryClass.Hello, what);

    public static Refusal HelloExpected() => New("HELLO_EXPECTED", RetryClass.Hello, "A call begins with Hello.");

    public static Refusal SessionFenced() => New("SESSION_FENCED", RetryClass.Hello, "A newer session of this device has begun.");

    public static Refusal Of(FeedEnd end) => end switch
    {
        FeedEnd.SetBack => New("FEED_SET_BACK", RetryClass.Hello, "What the device has applied is not of the feed's history any more: the database was set back."),
        FeedEnd.StreamUnknown gone => New(NewStreamCodes.StreamUnknown, RetryClass.Hello, $"The stream {gone.Stream}, in which this session began, is not in the database any more: it was set back."),
        FeedEnd.CursorUnknown unknown => New("FEED_CURSOR_UNKNOWN", RetryClass.Hello, $"Version {unknown.Version} of the {unknown.Feed} feed, as the device has it, is not of this database's history."),
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, "Not an end of a feed."),
    };

    /// <summary>Whether the call ends with it: what the device does next begins with a new Hello, or not at all.</summary>
    public static bool EndsCall(this Refusal refusal) => refusal.RetryClass is not (RetryClass.Same or RetryClass.Rewind);

    static Refusal CloneSuspected() =>
        New("CLONE_SUSPECTED", RetryClass.Hold, "The device is held because two ledgers seem to share its identity. Both go on selling; an operator enrols one of them as a new device and releases the other.");

    static Refusal Revoked() => New("REVOKED", RetryClass.Hold, "The device was revoked. It keeps its outbox; enrol it again to send it.");

    static Refusal New(string code, RetryClass retryClass, string message) => new() { Code = code, RetryClass = retryClass, Message = message };

    static Refusal At(Refusal refusal, long appliedThrough, ChainHash chain)
    {
        refusal.AppliedThrough = (ulong)appliedThrough;
        refusal.AppliedChain = ByteString.CopyFrom(chain.ToByteArray());
        return refusal;
    }

    static Refusal After(Refusal refusal, TimeSpan retryAfter)
    {
        refusal.RetryAfterMs = (uint)retryAfter.TotalMilliseconds;
        return refusal;
    }
}
