namespace EdgeRetail.DeviceCli.Commands;

/// <summary>What <c>enrol</c> did.</summary>
sealed record Enrolled(int DeviceId, string DeviceCode, int StoreId, string StoreName, string CloudAddress, string DataDirectory);
