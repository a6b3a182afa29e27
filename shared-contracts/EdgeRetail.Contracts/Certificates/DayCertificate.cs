namespace EdgeRetail.Contracts.Certificates;

/// <summary>A statement's bytes, and who signed exactly these.</summary>
public sealed record DayCertificate(ReadOnlyMemory<byte> Statement, string KeyId, ReadOnlyMemory<byte> Signature);
