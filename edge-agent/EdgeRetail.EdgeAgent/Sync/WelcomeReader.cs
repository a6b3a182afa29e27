using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EdgeAgent.Ledger;

namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>What a Welcome says, read into the ledger's types. Pure; null where it makes no sense.</summary>
static class WelcomeReader
{
    const int SeriesCharactersMax = 16;

    public static SessionWelcome? Read(Welcome welcome)
    {
        if (welcome.Token.Length == 0 || welcome.Stream.Length != 16 || welcome.AppliedChain.Length != Hash256.Length || welcome.Incarnation.Length != 16) return null;
        if (welcome.AppliedThrough > long.MaxValue || welcome.DurableThrough > long.MaxValue || welcome.ServerTimeMs is <= 0 or > 253_402_300_799_999) return null;
        if (welcome.Verdict == Verdict.NewStream && (welcome.AppliedThrough != 0 || welcome.ReceiptSeries.Length is 0 or > SeriesCharactersMax)) return null;
        StoreSettings? settings = null;
        if (welcome.Settings is { } given && (settings = Read(given)) is null) return null;
        return new(
            welcome.Token.ToByteArray(),
            StreamId.Read(welcome.Stream.Span),
            (long)welcome.AppliedThrough,
            ChainHash.Read(welcome.AppliedChain.Span),
            (long)welcome.DurableThrough,
            IncarnationId.Read(welcome.Incarnation.Span),
            new HybridTimestamp((long)welcome.Hlc),
            DateTimeOffset.FromUnixTimeMilliseconds(welcome.ServerTimeMs),
            settings)
        {
            Opening = welcome.Verdict == Verdict.NewStream ? new(welcome.ReasonCode, welcome.Reason, welcome.ReceiptSeries) : null,
        };
    }

    static StoreSettings? Read(Settings settings) =>
        settings.Version <= long.MaxValue && settings.Store is > 0 and <= int.MaxValue && settings.AssignmentVersion <= int.MaxValue
        && settings.DayCutOffMinutes < 24 * 60 && Currency.TryParse(settings.Currency, out var currency)
        && settings.DeviceCode.Length is > 0 and <= ProtocolLimits.TextCharactersMax
            ? new(
                (long)settings.Version, new((int)settings.Store), (int)settings.AssignmentVersion, settings.StoreName, currency, settings.TimeZone,
                (int)settings.DayCutOffMinutes, settings.DeviceCode)
            : null;
}
