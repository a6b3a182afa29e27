using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using Google.Protobuf;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>The answer to a Hello that opened a session.</summary>
static class Welcomes
{
    /// <summary>Below the bounds of the protocol: a batch of this size is merged in tens of milliseconds.</summary>
    public const int BatchEntriesMax = 2_000;

    public static Welcome Of(OpenedSession session, IncarnationId incarnation, long receivedTimeMs, long serverTimeMs) => new()
    {
        Verdict = session.Opening is null ? Verdict.Resume : Verdict.NewStream,
        ReasonCode = session.Opening?.Code ?? "",
        Reason = session.Opening?.Reason ?? "",
        Resync = { session.Resync },
        Offset = session.ClockOffset,
        DurableThrough = (ulong)session.DurableThrough,
        Protocol = (uint)session.Protocol,
        Token = ByteString.CopyFrom(session.Token),
        Stream = ByteString.CopyFrom(session.Stream.ToByteArray()),
        AppliedThrough = (ulong)session.AppliedThrough,
        AppliedChain = ByteString.CopyFrom(session.AppliedChain.ToByteArray()),
        Incarnation = ByteString.CopyFrom(incarnation.ToByteArray()),
        ReceivedTimeMs = receivedTimeMs,
        ServerTimeMs = serverTimeMs,
        Hlc = (ulong)session.HybridTime,
        Limits = new()
        {
            BatchBytesMax = ProtocolLimits.BatchBytesMax, BatchEntriesMax = BatchEntriesMax,
            BatchesInFlightMax = DeviceSession.BatchesInFlightMax, PagesInFlightMax = DeviceSession.PagesInFlightMax,
        },
        Settings = new()
        {
            Version = (ulong)session.Settings.Version, Store = (uint)session.Settings.Store.Value, AssignmentVersion = (uint)session.Settings.AssignmentVersion,
            StoreName = session.Settings.Name, Currency = session.Settings.Currency, TimeZone = session.Settings.TimeZone,
            DayCutOffMinutes = (uint)session.Settings.DayCutOffMinutes, DeviceCode = session.DeviceCode,
        },
        StoreVersion = (ulong)session.StoreHead,
        CatalogueVersion = (ulong)session.CatalogueHead,
        ReceiptSeries = session.ReceiptSeries.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
