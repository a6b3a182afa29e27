using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary>What a certificate that holds says.</summary>
sealed record Certified(
    bool Holds, DateOnly Date, int StoreId, string StoreName, int DeviceId, string DeviceCode, Guid CloseEntryId, DateTimeOffset IssuedAt, string KeyId, string TimeZone, int DayCutOffMinutes,
    long Quarantined, long DatesDiffer, DayFiguresView Figures);
