using System.Security.Cryptography;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>Where device ids, tokens and stream ids come from; tests give a seeded one.</summary>
public class SecretSource
{
    public static SecretSource OfTheSystem { get; } = new();

    public virtual void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);

    public int PositiveInt32()
    {
        Span<byte> bytes = stackalloc byte[4];
        while (true)
        {
            Fill(bytes);
            var value = BitConverter.ToInt32(bytes) & int.MaxValue;
            if (value > 0) return value;
        }
    }

    /// <summary>A random UUID of version 4.</summary>
    public Guid Uuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes);
        bytes[6] = (byte)(0x40 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new(bytes, bigEndian: true);
    }
}
