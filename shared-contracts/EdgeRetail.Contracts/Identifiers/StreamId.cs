namespace EdgeRetail.Contracts.Identifiers;

/// <summary>One lineage of a device's ledger: 128 random bits from the cloud, never reused, also not after a restore.</summary>
public readonly record struct StreamId(Guid Value)
{
    /// <summary>Reads 16 bytes, big-endian.</summary>
    public static StreamId Read(ReadOnlySpan<byte> bytes) => new(new Guid(bytes, bigEndian: true));

    /// <summary>16 bytes, big-endian.</summary>
    public byte[] ToByteArray() => Value.ToByteArray(bigEndian: true);

    public override string ToString() => Value.ToString("D");
}
