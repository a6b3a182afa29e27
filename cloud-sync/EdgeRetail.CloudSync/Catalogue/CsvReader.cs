namespace EdgeRetail.CloudSync.Catalogue;

/// <summary>
/// Reads RFC 4180 from a stream, one record at a time, in memory bounded by <see cref="RecordBytesMax"/>. It works on bytes, because
/// whether a field is UTF-8 is a question of its row and not of the file. A record that cannot be read is given as such, and
/// reading goes on at the line after the one it began on: one forgotten quote does not swallow the rest of the file.
/// </summary>
sealed class CsvReader(Stream stream, char separator = ',')
{
    public const int RecordBytesMax = 1024 * 1024;

    const byte Quote = (byte)'"';
    const byte LineFeed = (byte)'\n';
    const byte CarriageReturn = (byte)'\r';

    readonly byte separator = (byte)separator;
    readonly List<Range> fields = [];
    byte[] buffer = new byte[64 * 1024];
    byte[] text = new byte[4 * 1024];
    int textLength;
    int start;
    int end;
    bool streamEnded;
    bool begun;
    int nextLine = 1;

    /// <summary>The line of the file, from 1, on which the present record begins.</summary>
    public int Line { get; private set; }

    public int FieldCount => fields.Count;

    /// <summary>The field's bytes without its quotes; valid until the next record.</summary>
    public ReadOnlySpan<byte> Field(int index) => text.AsSpan(fields[index]);

    /// <summary>Moves to the next record. Empty lines are skipped.</summary>
    public async ValueTask<CsvReading> ReadAsync(CancellationToken cancellationToken)
    {
        if (!begun) await SkipByteOrderMarkAsync(cancellationToken);
        while (true)
        {
            Line = nextLine;
            var (reading, length, lines) = Parse();
            switch (reading)
            {
                case null when end - start <= RecordBytesMax:
                    await FillAsync(cancellationToken);
                    continue;
                case null:
                    await SkipLineAsync(cancellationToken);
                    return CsvReading.TooLong;
                case CsvReading.QuoteNotClosed or CsvReading.QuoteMisplaced:
                    await SkipLineAsync(cancellationToken);
                    return reading.Value;
                case CsvReading.Record when fields.Count == 1 && textLength == 0 && IsBlank(length):
                    start += length;
                    nextLine += lines;
                    continue;
                case CsvReading.Record:
                    start += length;
                    nextLine += lines;
                    return reading.Value;
                default:
                    return reading.Value;
            }
        }
    }

    /// <summary>Takes one record apart from the start of the buffer: what it is, its length there, the lines it covers.</summary>
    (CsvReading? Reading, int Length, int Lines) Parse()
    {
        fields.Clear();
        textLength = 0;
        if (start == end) return (streamEnded ? CsvReading.End : null, 0, 0);

        var at = start;
        var lines = 1;
        while (true)
        {
            var fieldStart = textLength;
            if (at < end && buffer[at] == Quote)
            {
                at++;
                while (true)
                {
                    var quote = buffer.AsSpan(at, end - at).IndexOf(Quote);
                    if (quote < 0) return (streamEnded ? CsvReading.QuoteNotClosed : null, 0, 0);
                    var part = buffer.AsSpan(at, quote);
                    lines += part.Count(LineFeed);
                    Append(part);
                    at += quote + 1;
                    if (at == end && !streamEnded) return (null, 0, 0);
                    if (at == end || buffer[at] != Quote) break;
                    Append([Quote]);
                    at++;
                }
            }
            else
            {
                var length = buffer.AsSpan(at, end - at).IndexOfAny(separator, LineFeed, CarriageReturn);
                if (length < 0 && !streamEnded) return (null, 0, 0);
                if (length < 0) length = end - at;
                Append(buffer.AsSpan(at, length));
                at += length;
            }

            fields.Add(fieldStart..textLength);
            if (at == end) return streamEnded ? (CsvReading.Record, at - start, lines) : (null, 0, 0);
            if (buffer[at] == separator)
            {
                at++;
                continue;
            }

            if (buffer[at] == CarriageReturn)
            {
                if (at + 1 == end && !streamEnded) return (null, 0, 0);
                at++;
                if (at < end && buffer[at] == LineFeed) at++;
                return (CsvReading.Record, at - start, lines);
            }

            return buffer[at] == LineFeed ? (CsvReading.Record, at + 1 - start, lines) : (CsvReading.QuoteMisplaced, 0, 0);
        }
    }

    /// <summary>A line without anything on it, as opposed to an empty quoted field.</summary>
    bool IsBlank(int length) => buffer.AsSpan(start, length).IndexOf(Quote) < 0;

    /// <summary>Goes to the line after the one on which the record began, however long that is.</summary>
    async ValueTask SkipLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var lineFeed = buffer.AsSpan(start, end - start).IndexOf(LineFeed);
            start = lineFeed < 0 ? end : start + lineFeed + 1;
            if (lineFeed >= 0) nextLine++;
            if (lineFeed >= 0 || streamEnded) return;
            await FillAsync(cancellationToken);
        }
    }

    void Append(ReadOnlySpan<byte> bytes)
    {
        if (textLength + bytes.Length > text.Length) Array.Resize(ref text, Math.Max(text.Length * 2, textLength + bytes.Length));
        bytes.CopyTo(text.AsSpan(textLength));
        textLength += bytes.Length;
    }

    async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        if (end == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
        end += read;
        streamEnded = read == 0;
    }

    async ValueTask SkipByteOrderMarkAsync(CancellationToken cancellationToken)
    {
        begun = true;
        while (end < 3 && !streamEnded) await FillAsync(cancellationToken);
        if (buffer.AsSpan(start, end - start) is [0xEF, 0xBB, 0xBF, ..]) start += 3;
    }
}
