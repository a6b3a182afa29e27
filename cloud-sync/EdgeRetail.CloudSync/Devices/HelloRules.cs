using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>
/// Decides a Hello, without I/O. Neither chain is believed here but where both are at the same sequence: below that the
/// device compares the cloud's with its own, and the first batch's chain is the proof.
/// </summary>
public static class HelloRules
{
    public static HelloDecision Decide(HelloClaims claims, HelloStanding standing)
    {
        if (claims.ProtocolMin > ProtocolLimits.ProtocolMax || claims.ProtocolMax < ProtocolLimits.ProtocolMin) return new HelloDecision.ProtocolUnsupported();
        if (standing.State == DeviceState.Held) return new HelloDecision.Held();
        if (standing.State != DeviceState.Active) return new HelloDecision.Revoked();
        if (claims.Stream is null) return new HelloDecision.NewStreamRequired("The device has no stream.");

        var sessionNumber = standing.SessionNumber + 1;
        switch (claims.Token)
        {
            case SessionTokenReading.Authentic { SessionNumber: var presented } when presented > standing.SessionNumber:
                // The database was set back past that Hello. Its number, and the stream it was given for, are adopted.
                sessionNumber = presented + 1;
                break;
            case SessionTokenReading.Authentic { SessionNumber: var presented } when presented < standing.LastUsedSession:
                return new HelloDecision.NewStreamRequired("Another ledger has used a later session of this device: one of them is a copy or was set back.");
            default:
                // Without a token that reads, chain and sequence decide alone; a lost key file must not fork every device.
                if (claims.Stream != standing.CurrentStream) return new HelloDecision.NewStreamRequired("The stream is not the device's current one.");
                break;
        }

        if (claims.LastSequence < standing.AppliedThrough)
            return new HelloDecision.NewStreamRequired($"The device has {claims.LastSequence} entries of the stream, the cloud {standing.AppliedThrough}: the ledger was set back.");
        if (claims.LastSequence == standing.AppliedThrough && claims.LastChain != standing.AppliedChain)
            return new HelloDecision.NewStreamRequired("The device and the cloud have different entries under the same sequences.");

        return !standing.StoreCursorKnown ? new HelloDecision.SnapshotRequired("store")
            : !standing.CatalogueCursorKnown ? new HelloDecision.SnapshotRequired("catalogue")
            : new HelloDecision.Resume(sessionNumber);
    }
}
