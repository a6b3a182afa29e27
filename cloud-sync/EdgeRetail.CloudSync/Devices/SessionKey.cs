namespace EdgeRetail.CloudSync.Devices;

/// <summary>A key that session tokens are authenticated with.</summary>
public sealed record SessionKey(byte Id, byte[] Secret, DateTimeOffset CreatedAt);
