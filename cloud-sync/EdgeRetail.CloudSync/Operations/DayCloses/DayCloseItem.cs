using System.ComponentModel;

namespace EdgeRetail.CloudSync.Operations.DayCloses;

/// <summary>A close of a till and what the cloud answered to it, with what it counted.</summary>
public sealed record DayCloseItem(
    Guid EntryId, int StoreId, int DeviceId, string? DeviceCode, long Version,
    [property: Description("The business date that was closed; null where the close cannot be read.")] DateOnly? Date,
    [property: Description("waiting (not compared yet), certified, gaps, or waitsForKey (nothing is missing, and there is no key to sign that with).")] string State,
    DateTimeOffset ReceivedAt, DateTimeOffset? AnsweredAt, long EntryCount, string Digest,
    IReadOnlyList<DayCloseReceipts> Receipts,
    [property: Description("By business date of the entries; late ones were recorded after that date had been closed.")] IReadOnlyList<DayCloseBucket> Buckets,
    IReadOnlyList<MoneyValue> ExpectedCash,
    IReadOnlyList<DayCloseProblem> Gaps,
    [property: Description("The key that signed the certificate; null where there is none.")] string? KeyId);
