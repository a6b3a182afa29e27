namespace EdgeRetail.TestKit;

/// <summary>One message of a recorded call, byte for byte as its writer made it.</summary>
public sealed record RecordedMessage(bool FromDevice, byte[] Bytes);
