namespace EdgeRetail.Checker.Bytes;

/// <summary>What the payload of a close says: the close before, how many entries, their digest, and the receipts by series.</summary>
public sealed record CloseBody(EntryKey? Previous, long EntryCount, Digest EntryDigest, IReadOnlyDictionary<(string Device, string Series), (long First, long Last, long Count)> Receipts)
{
    /// <summary>Null where the bytes are none.</summary>
    public static CloseBody? Read(ReadOnlySpan<byte> bytes)
    {
        EntryKey? previous = null;
        var count = 0L;
        Digest? digest = null;
        var receipts = new Dictionary<(string, string), (long, long, long)>();
        var reader = new WireReader(bytes);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 2:
                    var id = reader.Block();
                    if (id.Length is not (0 or 16)) return null;
                    previous = id.Length == 0 ? null : EntryKey.Read(id);
                    break;
                case 3: count = (long)reader.Varint(); break;
                case 4:
                    if (!Digest.TryRead(reader.Block(), out var read)) return null;
                    digest = read;
                    break;
                case 5:
                    if (!ReadRange(reader.Block(), receipts)) return null;
                    break;
                default: reader.Skip(); break;
            }
        }

        return reader.Failed || digest is not { } known ? null : new(previous, count, known, receipts);
    }

    static bool ReadRange(ReadOnlySpan<byte> bytes, Dictionary<(string, string), (long, long, long)> receipts)
    {
        var (device, series, first, last, count) = ("", "", 0L, 0L, 0L);
        var reader = new WireReader(bytes);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: device = reader.Text(); break;
                case 2: series = reader.Text(); break;
                case 3: first = reader.UInt32(); break;
                case 4: last = reader.UInt32(); break;
                case 5: count = (long)reader.Varint(); break;
                default: reader.Skip(); break;
            }
        }

        receipts[(device, series)] = (first, last, count);
        return !reader.Failed;
    }
}
