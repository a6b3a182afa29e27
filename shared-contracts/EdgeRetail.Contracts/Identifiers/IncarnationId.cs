namespace EdgeRetail.Contracts.Identifiers;

/// <summary>One history of the cloud's database: 128 random bits.</summary>
public readonly record struct IncarnationId(Guid Value)
{
    /// <summary>Reads 16 bytes, big-endian.</summary>
    public static IncarnationId Read(ReadOnlySpan<byte> bytes) => new(new Guid(bytes, bigEndian: true));

    /// <summary>16 bytes, big-endian.</summary>
    public byte[] ToByteArray() => Value.ToByteArray(bigEndian: true);

    public override string ToString() => Value.ToString("D");
}
