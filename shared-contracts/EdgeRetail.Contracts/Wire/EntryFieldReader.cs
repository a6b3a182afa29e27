using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Google.Protobuf.Reflection;
using V1 = EdgeRetail.Contracts.Sync.V1;

namespace EdgeRetail.Contracts.Wire;

/// <summary>
/// Reads entry bytes for people, one field after the other, without asking whether they are an entry: what cannot be merged
/// is shown as far as it goes. Never throws for what the bytes hold, and its answer is bounded.
/// </summary>
public sealed class EntryFieldReader
{
    public const int FieldsMax = 500;
    const int DepthMax = 8;
    const int ValueCharactersMax = 200;

    static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    readonly byte[] bytes;
    readonly List<EntryField> fields = [];
    string? fault;
    int at;

    EntryFieldReader(byte[] bytes) => this.bytes = bytes;

    public static EntryFields Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new EntryFieldReader(bytes.ToArray());
        reader.ReadMessage(V1.EntryBody.Descriptor, reader.bytes.Length, 0);
        return new(reader.fields, reader.at, reader.fault);
    }

    void ReadMessage(MessageDescriptor? message, int end, int depth)
    {
        while (at < end && fault is null)
        {
            var start = at;
            if (fields.Count == FieldsMax)
            {
                fault = $"only the first {FieldsMax} fields are shown";
                return;
            }

            if (Varint(end) is not { } tag) return;
            var (number, wireType) = (tag >> 3, (int)(tag & 7));
            if (number is 0 or > 536_870_911)
            {
                Fail(start, $"{number} is no field number");
                return;
            }

            ReadField(message?.FindFieldByNumber((int)number), (int)number, wireType, start, end, depth);
        }
    }

    void ReadField(FieldDescriptor? field, int number, int wireType, int start, int end, int depth)
    {
        var name = field?.Name ?? $"field {number}";
        switch (wireType)
        {
            case 0 when Varint(end) is { } value:
                Add(start, depth, name, Number(field, value));
                break;
            case 1 when Fixed(8, end, start, name):
                Add(start, depth, name, BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at - 8)).ToString(CultureInfo.InvariantCulture));
                break;
            case 5 when Fixed(4, end, start, name):
                Add(start, depth, name, BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at - 4)).ToString(CultureInfo.InvariantCulture));
                break;
            case 2 when Varint(end) is { } length:
                if (length > (ulong)(end - at))
                {
                    Add(start, depth, name, $"{length} bytes announced, {end - at} are left");
                    Fail(start, $"{name} is cut off: it announces {length} bytes, and {end - at} are left");
                    break;
                }

                ReadBlock(field, name, start, at + (int)length, depth);
                break;
            case 0 or 1 or 2 or 5:
                break;
            default:
                Fail(start, $"{name} is of wire type {wireType}, which no entry uses");
                break;
        }
    }

    void ReadBlock(FieldDescriptor? field, string name, int start, int blockEnd, int depth)
    {
        if (field?.FieldType == FieldType.Message)
        {
            Add(start, depth, name, $"{blockEnd - at} bytes");
            if (depth == DepthMax) at = blockEnd;
            else ReadMessage(field.MessageType, blockEnd, depth + 1);
            return;
        }

        var block = bytes.AsSpan(at, blockEnd - at);
        var isText = field?.FieldType == FieldType.String;
        Add(start, depth, name, isText ? Text(block) : Hex(block));
        if (isText && Text(block) is ['(', ..] && !IsText(block)) fault = $"{name} is no UTF-8";
        at = fault is null ? blockEnd : start;
    }

    static string Number(FieldDescriptor? field, ulong value) => field?.FieldType switch
    {
        FieldType.SInt32 or FieldType.SInt64 => ((long)(value >> 1) ^ -(long)(value & 1)).ToString(CultureInfo.InvariantCulture),
        FieldType.Bool => value != 0 ? "true" : "false",
        FieldType.Enum => field.EnumType.FindValueByNumber((int)value)?.Name ?? $"{value} (not known)",
        FieldType.Int32 or FieldType.Int64 => ((long)value).ToString(CultureInfo.InvariantCulture),
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    static string Text(ReadOnlySpan<byte> block)
    {
        if (!IsText(block)) return $"(no UTF-8) {Hex(block)}";
        var text = Strict.GetString(block);
        text = string.Concat(text.Select(each => char.IsControl(each) ? '\uFFFD' : each));
        return text.Length <= ValueCharactersMax ? text : text[..ValueCharactersMax] + "…";
    }

    static bool IsText(ReadOnlySpan<byte> block)
    {
        try
        {
            Strict.GetCharCount(block);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    static string Hex(ReadOnlySpan<byte> block) =>
        block.Length <= ValueCharactersMax / 2 ? Convert.ToHexStringLower(block) : Convert.ToHexStringLower(block[..(ValueCharactersMax / 2)]) + "…";

    void Add(int offset, int depth, string name, string value) => fields.Add(new(offset, depth, name, value));

    bool Fixed(int length, int end, int start, string name)
    {
        if (end - at < length)
        {
            Fail(start, $"{name} is cut off: it has {length} bytes, and {end - at} are left");
            return false;
        }

        at += length;
        return true;
    }

    ulong? Varint(int end)
    {
        var (start, value) = (at, 0UL);
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (at >= end)
            {
                Fail(start, "a number is cut off");
                return null;
            }

            var next = bytes[at++];
            if (shift < 64) value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }

        Fail(start, "a number has more than ten bytes");
        return null;
    }

    void Fail(int offset, string because)
    {
        at = offset;
        fault = because;
    }
}
