namespace EdgeRetail.CloudSync.Storage;

/// <summary>The values of <c>device.state</c>.</summary>
public static class DeviceState
{
    public const string Active = "active";
    public const string Revoked = "revoked";
    public const string Held = "held";

    /// <summary>Out of service for good, with or without its last entries.</summary>
    public const string Retired = "retired";

    /// <summary>The devices that nobody waits for, as a list in SQL.</summary>
    public const string OutOfServiceSql = $"('{Revoked}', '{Retired}')";
}
