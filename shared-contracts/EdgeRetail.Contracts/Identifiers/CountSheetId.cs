namespace EdgeRetail.Contracts.Identifiers;

/// <summary>The sheet that a count belongs to: a stocktake over many products is several counts under one sheet id.</summary>
public readonly record struct CountSheetId(Guid Value)
{
    /// <summary>Reads 16 bytes, big-endian.</summary>
    public static CountSheetId Read(ReadOnlySpan<byte> bytes) => new(new Guid(bytes, bigEndian: true));

    /// <summary>16 bytes, big-endian.</summary>
    public byte[] ToByteArray() => Value.ToByteArray(bigEndian: true);

    public override string ToString() => Value.ToString("D");
}
