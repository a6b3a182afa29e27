namespace EdgeRetail.Demo.Sales;

/// <summary>A sales file, read: every line is in a receipt or listed, none is dropped.</summary>
sealed class SalesFile
{
    readonly List<ListedLine> listed = [];
    readonly List<FileReceipt> receipts = [];

    SalesFile(SalesMapping mapping) => Mapping = mapping;

    public SalesMapping Mapping { get; }

    /// <summary>The file's lines without its header: records, where a field holds line breaks.</summary>
    public int LinesInFile { get; private set; }

    public int LinesTaken => receipts.Sum(receipt => receipt.Lines.Count);

    public IReadOnlyList<ListedLine> Listed => listed;

    public IReadOnlyList<FileReceipt> Receipts => receipts;

    /// <param name="mapping">Null: by the header.</param>
    /// <exception cref="SalesFileException">The file cannot be used at all.</exception>
    public static SalesFile Read(string path, SalesMapping? mapping)
    {
        try
        {
            using var reader = new StreamReader(path);
            return Read(reader, mapping);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SalesFileException("FILE_UNREADABLE", $"{path} cannot be read: {e.Message}", e);
        }
    }

    public static SalesFile Read(TextReader reader, SalesMapping? mapping)
    {
        using var rows = CsvFile.Read(reader, (mapping?.Separator ?? ",")[0]).GetEnumerator();
        if (!rows.MoveNext()) throw new SalesFileException("FILE_EMPTY", "The sales file is empty.");
        string[] header = [.. rows.Current.Fields.Select(name => name.Trim().TrimStart('\uFEFF'))];
        mapping ??= SalesMappings.ForHeader(header)
            ?? throw new SalesFileException("MAPPING_MISSING", $"No built-in mapping fits the header {string.Join(", ", header)}. Say with --mapping FILE which column is what.");
        var lines = new SalesLineReader(mapping, header);
        var file = new SalesFile(mapping);
        var byKey = new Dictionary<(string, string), FileReceipt>();
        while (rows.MoveNext())
        {
            file.LinesInFile++;
            switch (lines.Read(rows.Current))
            {
                case (_, _, _, { } refused):
                    file.listed.Add(refused);
                    break;
                case ({ } line, var number, var till, _):
                    if (!byKey.TryGetValue((till, number), out var receipt)) file.receipts.Add(byKey[(till, number)] = receipt = new(number, till));
                    receipt.Add(line);
                    break;
            }
        }

        return file;
    }

    /// <summary>The platform refused a line that looked right: from now on it is listed.</summary>
    public void List(FileReceipt receipt, FileLine line, string code, string reason)
    {
        receipt.Remove(line);
        listed.Add(new(line.Number, code, reason));
    }
}
