using System.Buffers.Binary;
using System.Security.Cryptography;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>
/// Session tokens: key id (1 byte), session number (varint), and 16 bytes of HMAC-SHA-256 over key id, device, session and
/// stream. Devices keep and present them; only this service reads them.
/// </summary>
public sealed class SessionTokens(SessionKeyset keys)
{
    const int MacBytes = 16;

    public byte[] Issue(DeviceId device, long sessionNumber, StreamId stream)
    {
        Span<byte> number = stackalloc byte[10];
        var length = WriteVarint(number, (ulong)sessionNumber);
        var token = new byte[1 + length + MacBytes];
        token[0] = keys.CurrentId;
        number[..length].CopyTo(token.AsSpan(1));
        Mac(keys.Current, device, sessionNumber, stream, token.AsSpan(1 + length));
        return token;
    }

    public SessionTokenReading Read(ReadOnlySpan<byte> token, DeviceId device, StreamId stream)
    {
        if (token.IsEmpty) return new SessionTokenReading.Absent();
        if (keys.Find(token[0]) is not { } key) return new SessionTokenReading.UnknownKey();
        if (!TryReadVarint(token[1..], out var sessionNumber, out var length) || token.Length != 1 + length + MacBytes) return new SessionTokenReading.Forged();
        Span<byte> mac = stackalloc byte[MacBytes];
        Mac(key, device, sessionNumber, stream, mac);
        return CryptographicOperations.FixedTimeEquals(mac, token[(1 + length)..]) ? new SessionTokenReading.Authentic(sessionNumber) : new SessionTokenReading.Forged();
    }

    static void Mac(SessionKey key, DeviceId device, long sessionNumber, StreamId stream, Span<byte> destination)
    {
        Span<byte> input = stackalloc byte[1 + sizeof(int) + sizeof(long) + 16];
        input[0] = key.Id;
        BinaryPrimitives.WriteInt32BigEndian(input[1..], device.Value);
        BinaryPrimitives.WriteInt64BigEndian(input[5..], sessionNumber);
        stream.ToByteArray().CopyTo(input[13..]);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Secret, input, mac);
        mac[..MacBytes].CopyTo(destination);
    }

    static int WriteVarint(Span<byte> destination, ulong value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            destination[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[length++] = (byte)value;
        return length;
    }

    static bool TryReadVarint(ReadOnlySpan<byte> source, out long value, out int length)
    {
        value = 0;
        for (length = 0; length < source.Length && length < 9;)
        {
            var next = source[length];
            value |= (long)(next & 0x7F) << (7 * length++);
            if (next < 0x80) return true;
        }

        return false;
    }
}
