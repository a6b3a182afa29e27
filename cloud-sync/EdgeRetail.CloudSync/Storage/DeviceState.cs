namespace EdgeRetail.CloudSync.Storage;

/// <summary>The values of <c>device.state</c>.</summary>
public static class DeviceState
{
    public const string Active = "active";
    public const string Revoked = "revoked";
    public const string Held = "held";
}
