namespace EdgeRetail.EdgeAgent.Storage;

/// <summary>A row as it stands in a page: its rowid where its table has one, and its columns, integers and blobs alone being told.</summary>
sealed class LedgerRow
{
    const int TableLeaf = 0x0D;
    const int IndexLeaf = 0x0A;
    const int IndexInterior = 0x02;
    const int ColumnsMax = 64;

    readonly byte[] payload;
    readonly List<(long Type, int At, int Length)> columns = [];

    LedgerRow(long rowId, byte[] payload)
    {
        RowId = rowId;
        this.payload = payload;
    }

    public long RowId { get; }

    public int Columns => columns.Count;

    /// <summary>The rows of tables with and without rowids that this page holds; nothing for pages of another kind or damaged cells.</summary>
    public static IEnumerable<LedgerRow> Of(byte[] page, LedgerPages pages)
    {
        if (page.Length < 8) yield break;
        var kind = page[0];
        if (kind is not (TableLeaf or IndexLeaf or IndexInterior)) yield break;

        // Cells are found from the page's beginning, also on the first page, whose beginning was cut off.
        var cut = pages.PageBytes - page.Length;
        var count = (page[3] << 8) | page[4];
        var pointers = kind == IndexInterior ? 12 : 8;
        for (var i = 0; i < count && pointers + 2 * i + 1 < page.Length; i++)
        {
            var at = ((page[pointers + 2 * i] << 8) | page[pointers + 2 * i + 1]) - cut;
            if (at > 0 && Cell(page, at + (kind == IndexInterior ? 4 : 0), kind == TableLeaf, pages) is { } row) yield return row;
        }
    }

    public bool IsNull(int column) => columns[column].Type == 0;

    public bool IsInteger(int column) => columns[column].Type is (>= 1 and <= 6) or 8 or 9;

    public bool IsBlob(int column, int length) => columns[column] is { Type: >= 12 } found && found.Type % 2 == 0 && found.Length == length;

    public bool IsBlob(int column) => columns[column] is { Type: >= 12 } found && found.Type % 2 == 0;

    public ReadOnlySpan<byte> Blob(int column) => payload.AsSpan(columns[column].At, columns[column].Length);

    public long Integer(int column)
    {
        var (type, at, length) = columns[column];
        if (type is 8 or 9) return type - 8;
        var value = (long)(sbyte)payload[at];
        for (var i = 1; i < length; i++) value = (value << 8) | payload[at + i];
        return value;
    }

    static LedgerRow? Cell(byte[] page, int at, bool hasRowId, LedgerPages pages)
    {
        var rowId = 0L;
        if (!TryVarint(page, ref at, out var length) || (hasRowId && !TryVarint(page, ref at, out rowId)) || length is <= 0 or > int.MaxValue / 2) return null;
        var usable = pages.PageBytes;
        var localMax = hasRowId ? usable - 35 : (usable - 12) * 64 / 255 - 23;
        if (length <= localMax) return at + length <= page.Length ? Row(rowId, page.AsSpan(at, (int)length).ToArray()) : null;

        // Only entries have rows this long.
        if (!hasRowId) return null;
        var localMin = (usable - 12) * 32 / 255 - 23;
        var local = localMin + (int)((length - localMin) % (usable - 4));
        if (local > localMax) local = localMin;
        if (at + local + 4 > page.Length || length > (long)usable * usable) return null;
        var payload = new byte[length];
        page.AsSpan(at, local).CopyTo(payload);
        return Follow(payload, local, Number(page, at + local), pages) ? Row(rowId, payload) : null;
    }

    /// <summary>Follows the pages that a long row goes on in.</summary>
    static bool Follow(byte[] payload, int filled, uint next, LedgerPages pages)
    {
        while (filled < payload.Length)
        {
            if (pages.Find(next).FirstOrDefault() is not { } page || page.Length != pages.PageBytes) return false;
            var part = Math.Min(payload.Length - filled, page.Length - 4);
            page.AsSpan(4, part).CopyTo(payload.AsSpan(filled));
            filled += part;
            next = Number(page, 0);
        }

        return true;
    }

    static LedgerRow? Row(long rowId, byte[] payload)
    {
        var row = new LedgerRow(rowId, payload);
        var at = 0;
        if (!TryVarint(payload, ref at, out var header) || header < at || header > payload.Length) return null;
        var content = (int)header;
        while (at < header)
        {
            if (!TryVarint(payload, ref at, out var type) || at > header || row.columns.Count == ColumnsMax) return null;
            var length = type switch
            {
                >= 0 and <= 4 => type,
                5 => 6,
                6 or 7 => 8,
                8 or 9 => 0,
                >= 12 => (type - 12) / 2,
                _ => -1,
            };
            if (length < 0 || length > payload.Length - content) return null;
            row.columns.Add((type, content, (int)length));
            content += (int)length;
        }

        return row;
    }

    static uint Number(byte[] page, int at) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(at));

    static bool TryVarint(byte[] bytes, ref int at, out long value)
    {
        value = 0;
        for (var i = 0; i < 9; i++)
        {
            if (at < 0 || at >= bytes.Length) return false;
            var next = bytes[at++];
            if (i == 8)
            {
                value = (value << 8) | next;
                return true;
            }

            value = (value << 7) | (next & 0x7FL);
            if (next < 0x80) return true;
        }

        return false;
    }
}
