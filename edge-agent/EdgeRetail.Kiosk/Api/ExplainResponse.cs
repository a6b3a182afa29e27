namespace EdgeRetail.Kiosk.Api;

/// <summary>
/// Answer of GET /api/v1/explain: what the cloud last said as of <see cref="AsOf"/>, and each own entry that is not in that yet;
/// together they are what is shown. Of many entries the first are told, of <see cref="PendingCount"/>.
/// </summary>
public sealed record ExplainResponse(
    int StoreId,
    DateTimeOffset? AsOf,
    long Version,
    string Product,
    string Display,
    string Name,
    string Unit,
    long CloudThousandths,
    long PendingThousandths,
    long OnHandThousandths,
    IReadOnlyList<PendingEntryView> Pending,
    long PendingCount);
