using Google.Protobuf;
using V1 = EdgeRetail.Contracts.Sync.V1;

namespace EdgeRetail.Contracts.Wire;

/// <summary>Entry bytes as JSON that people can correct, and back: the standard JSON form of <c>EntryBody</c>.</summary>
public static class EntryJson
{
    static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    /// <summary>Null where the bytes are no <c>EntryBody</c>, or hold fields that this version does not know and JSON would lose.</summary>
    public static string? Write(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var body = V1.EntryBody.Parser.ParseFrom(bytes.Span);
            return body.CalculateSize() == V1.EntryBody.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes.Span).CalculateSize() ? Formatter.Format(body) : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>The bytes of what the JSON says; else what is wrong with it.</summary>
    public static (byte[]? Bytes, string? Fault) Read(string json)
    {
        try
        {
            return (JsonParser.Default.Parse<V1.EntryBody>(json).ToByteArray(), null);
        }
        catch (InvalidProtocolBufferException e)
        {
            return (null, e.Message);
        }
        catch (InvalidJsonException e)
        {
            return (null, e.Message);
        }
    }
}
