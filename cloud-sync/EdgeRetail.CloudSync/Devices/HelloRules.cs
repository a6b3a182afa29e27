using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>
/// Decides a Hello, without I/O. Neither chain is believed here but where both are at the same sequence: below that the
/// device compares the cloud's with its own and reports a fork, and the first batch's chain is the proof.
/// </summary>
public static class HelloRules
{
    public static HelloDecision Decide(HelloClaims claims, HelloStanding standing)
    {
        if (ProtocolRange.OfThisRelease.Agreed(new(claims.ProtocolMin, claims.ProtocolMax)) is null) return new HelloDecision.ProtocolUnsupported();
        if (standing.State == DeviceState.Held) return new HelloDecision.Held(standing.HeldReason);
        if (standing.State != DeviceState.Active) return new HelloDecision.Revoked();

        // An authentic token of a later session: the database was set back past that Hello. Its number, and the stream it was
        // given for, are adopted.
        var adopted = claims.Token is SessionTokenReading.Authentic { SessionNumber: var later } && later > standing.SessionNumber ? later : (long?)null;
        var sessionNumber = (adopted ?? standing.SessionNumber) + 1;
        if (Fork(claims, standing, adopted is not null) is not (var code, var reason, var hole)) return new HelloDecision.Resume(sessionNumber);
        return CloneSuspicion.Of(standing.RecentForks, claims.Stream, standing.CurrentStream, claims.BootId, claims.Fingerprint) is { } suspicion
            ? new HelloDecision.Hold(suspicion)
            : new HelloDecision.NewStream(sessionNumber, code, reason, hole);
    }

    /// <summary>Why the device cannot go on with the stream that it presents; null where it can.</summary>
    static (string Code, string Reason, SequenceRange? Hole)? Fork(HelloClaims claims, HelloStanding standing, bool isAdopted)
    {
        if (claims.Stream is null) return (NewStreamCodes.EnrolledAgain, "The device has no stream.", null);
        if (claims.Fork is { } reported) return (reported.Code, reported.Message, Hole(claims, standing));
        if (!isAdopted)
        {
            if (claims.Token is SessionTokenReading.Authentic { SessionNumber: var presented } && presented < standing.LastUsedSession)
                return (NewStreamCodes.LedgerCopied, "Another ledger has used a later session of this device: one of them is a copy or was set back.", Hole(claims, standing));
            // Without a token that reads, chain and sequence decide alone; a lost key file must not fork every device.
            if (claims.Stream != standing.CurrentStream) return (NewStreamCodes.StreamUnknown, "The stream is not the device's current one.", null);
        }

        if (claims.LastSequence < standing.AppliedThrough)
            return (NewStreamCodes.LedgerSetBack, $"The device has {claims.LastSequence} entries of the stream, the cloud {standing.AppliedThrough}: the ledger was set back.", null);
        if (claims.LastSequence == standing.AppliedThrough && claims.LastChain != standing.AppliedChain)
            return (NewStreamCodes.LedgerForked, "The device and the cloud have different entries under the same sequences.", null);
        return Hole(claims, standing) is { } hole
            ? (NewStreamCodes.CloudLostDurable, $"The cloud lost entries {hole.First} to {hole.Last}, which the device no longer retains: count the stock that they moved.", hole)
            : null;
    }

    /// <summary>What neither side has any more of the presented stream: told whatever else the new stream is opened for.</summary>
    static SequenceRange? Hole(HelloClaims claims, HelloStanding standing) =>
        standing.AppliedThrough + 1 < claims.OldestRetained ? new(standing.AppliedThrough + 1, claims.OldestRetained - 1) : null;
}
