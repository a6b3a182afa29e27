using System.Buffers.Binary;
using System.Text;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>How far the ledger had come when it last told a seller that something is recorded.</summary>
sealed record HighWaterMark(DeviceId Device, StreamId Stream, long Sequence, ChainHash Chain, long Position, string ReceiptSeries, int NextReceiptNumber)
{
    /// <summary>One slot of the file: a page of its own, so that a torn write spoils this slot alone.</summary>
    public const int SlotBytes = 4096;

    const ulong Magic = 0x4552_4857_4D00_0001;
    const int SeriesBytesMax = 64;
    const int HashAt = 256;
    const int SeriesAt = 128;

    public static HighWaterMark Of(DeviceState state) =>
        new(state.Identity.Device, state.Stream, state.LastSequence, state.LastChain, state.LastPosition, state.Identity.ReceiptSeries, state.NextReceiptNumber);

    /// <summary>Writes the mark as the <paramref name="generation"/>th: the higher of two slots is the later one.</summary>
    public void WriteTo(Span<byte> slot, long generation)
    {
        slot.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(slot, Magic);
        BinaryPrimitives.WriteInt64BigEndian(slot[8..], generation);
        BinaryPrimitives.WriteInt32BigEndian(slot[16..], Device.Value);
        BinaryPrimitives.WriteInt32BigEndian(slot[20..], NextReceiptNumber);
        Stream.ToByteArray().CopyTo(slot[24..]);
        BinaryPrimitives.WriteInt64BigEndian(slot[40..], Sequence);
        BinaryPrimitives.WriteInt64BigEndian(slot[48..], Position);
        Chain.Value.WriteTo(slot[56..]);
        var series = Encoding.UTF8.GetBytes(ReceiptSeries);
        var length = Math.Min(series.Length, SeriesBytesMax);
        slot[88] = (byte)length;
        series.AsSpan(0, length).CopyTo(slot[SeriesAt..]);
        Hash256.Of(slot[..HashAt]).WriteTo(slot[HashAt..]);
    }

    /// <summary>Null where the slot was never written, or not as a whole.</summary>
    public static (HighWaterMark Mark, long Generation)? Read(ReadOnlySpan<byte> slot)
    {
        if (slot.Length < HashAt + Hash256.Length || BinaryPrimitives.ReadUInt64BigEndian(slot) != Magic) return null;
        if (Hash256.Of(slot[..HashAt]) != Hash256.Read(slot.Slice(HashAt, Hash256.Length)) || slot[88] > SeriesBytesMax) return null;
        return (new(
            new(BinaryPrimitives.ReadInt32BigEndian(slot[16..])),
            StreamId.Read(slot.Slice(24, 16)),
            BinaryPrimitives.ReadInt64BigEndian(slot[40..]),
            ChainHash.Read(slot.Slice(56, Hash256.Length)),
            BinaryPrimitives.ReadInt64BigEndian(slot[48..]),
            Encoding.UTF8.GetString(slot.Slice(SeriesAt, slot[88])),
            BinaryPrimitives.ReadInt32BigEndian(slot[20..])), BinaryPrimitives.ReadInt64BigEndian(slot[8..]));
    }
}
