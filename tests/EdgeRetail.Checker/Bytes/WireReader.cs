using System.Buffers.Binary;

namespace EdgeRetail.Checker.Bytes;

/// <summary>Reads the protocol buffers encoding by hand. Sets <see cref="Failed"/> instead of throwing; what is read after that is 0.</summary>
ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    readonly ReadOnlySpan<byte> bytes = bytes;
    int at;
    int wireType;

    public bool Failed { get; private set; }

    /// <summary>Moves to the next field; false at the end or after a failure.</summary>
    public bool Next(out int field)
    {
        field = 0;
        if (Failed || at >= bytes.Length) return false;
        var tag = RawVarint();
        field = (int)(tag >> 3);
        wireType = (int)(tag & 7);
        if (field == 0 || tag > uint.MaxValue) Failed = true;
        return !Failed;
    }

    public ulong Varint()
    {
        if (wireType == 0) return RawVarint();
        Failed = true;
        return 0;
    }

    public uint UInt32() => (uint)Varint();

    public int Enum() => (int)Varint();

    public bool Bool() => Varint() != 0;

    public long ZigZag()
    {
        var raw = Varint();
        return (long)(raw >> 1) ^ -(long)(raw & 1);
    }

    public ulong Fixed64()
    {
        if (wireType != 1 || at + 8 > bytes.Length)
        {
            Failed = true;
            return 0;
        }

        var value = BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
        at += 8;
        return value;
    }

    public ReadOnlySpan<byte> Block()
    {
        if (wireType != 2)
        {
            Failed = true;
            return default;
        }

        var length = RawVarint();
        if (Failed || length > (ulong)(bytes.Length - at))
        {
            Failed = true;
            return default;
        }

        var block = bytes.Slice(at, (int)length);
        at += (int)length;
        return block;
    }

    public string Text() => System.Text.Encoding.UTF8.GetString(Block());

    public void Skip()
    {
        switch (wireType)
        {
            case 0: RawVarint(); break;
            case 1: Move(8); break;
            case 2: Block(); break;
            case 5: Move(4); break;
            default: Failed = true; break;
        }
    }

    void Move(int count)
    {
        if (at + count > bytes.Length) Failed = true;
        else at += count;
    }

    ulong RawVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (at >= bytes.Length) break;
            var next = bytes[at++];
            if (shift < 64) value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }

        Failed = true;
        return 0;
    }
}
