using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using Microsoft.Data.Sqlite;

namespace EdgeRetail.Checker.Tests;

/// <summary>Writes a device's ledger row by row, with bytes from the product's own codec and nothing else of the product.</summary>
sealed class HandMadeDevice(int deviceId, string code, int store, string directory)
{
    public const long Began = 1_790_000_000_000;

    public static readonly Currency Euro = Currency.Parse("EUR");

    readonly List<(EncodedEntry Encoded, Entry Entry)> entries = [];
    int receipts;

    public int DeviceId => deviceId;

    public string Code => code;

    public int Store => store;

    public string Directory => directory;

    public StreamId Stream { get; } = new(new Guid(deviceId, 7, 7, [1, 2, 3, 4, 5, 6, 7, 8]));

    public IReadOnlyList<(EncodedEntry Encoded, Entry Entry)> Entries => entries;

    public EntryId IdOf(int sequence) => entries[sequence - 1].Encoded.Id;

    public void Record(Func<EntryHeader, ReceiptNumber, Entry> make)
    {
        var milliseconds = Began + (1000L * entries.Count) + deviceId;
        var header = new EntryHeader(
            new(store), 1, new(deviceId), "anna", new(milliseconds, 0), DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), 42, 1000 * entries.Count,
            ClockQuality.Trusted, new DateOnly(2026, 9, 21), "2026a");
        var entry = make(header, new(code, "1", receipts + 1));
        if (entry is SaleRecorded or RefundRecorded) receipts++;
        entries.Add((EntryCodec.Encode(entry), entry));
    }

    public void Open(params (string Product, int Count)[] lines) =>
        Record((header, _) => new StockOpened(header, [.. lines.Select(line => new StockLine(ProductCode.Parse(line.Product), Quantity.Each(line.Count)))]));

    public void Sell(params (string Product, int Count, long Amount)[] lines) =>
        Record((header, receipt) =>
        {
            var total = new Money(lines.Sum(line => line.Amount), Euro);
            return new SaleRecorded(
                header, receipt, [.. lines.Select(line => new SaleLine(ProductCode.Parse(line.Product), Quantity.Each(line.Count), new(line.Amount, Euro), new(line.Amount / line.Count, Euro)))],
                total, [new(TenderKind.Cash, total)]);
        });

    public void Refund(string product, int count, long amount) =>
        Record((header, receipt) => new RefundRecorded(
            header, receipt, [new(ProductCode.Parse(product), Quantity.Each(count), new(amount, Euro), new(amount, Euro), null)], new(amount, Euro), [new(TenderKind.Cash, new(amount, Euro))], "without receipt"));

    public void Void(int sequence, long offBy = 0)
    {
        var (encoded, sale) = (entries[sequence - 1].Encoded, (SaleRecorded)entries[sequence - 1].Entry);
        Record((header, _) => new SaleVoided(
            header, encoded.Id, sale.Receipt, [.. sale.Lines.Select(line => new VoidedLine(line.Product, line.Quantity, line.Amount))], new(sale.Total.MinorUnits + offBy, Euro), [], "wrong basket", ""));
    }

    public void Adjust(string product, int count) =>
        Record((header, _) => new StockAdjusted(header, ProductCode.Parse(product), Quantity.Each(count), AdjustmentReason.Damaged, ""));

    public void Count(params (string Product, int Count)[] lines) =>
        Record((header, _) => new StockCounted(header, null, [.. lines.Select(line => new StockLine(ProductCode.Parse(line.Product), Quantity.Each(line.Count)))]));
    public void Waste(string product, int count) =>
        Record((header, _) => new StockWasted(header, ProductCode.Parse(product), Quantity.Each(count), WasteReason.Expired, "mould"));

    /// <summary>Closes the day over all entries so far, or over what <paramref name="wrong"/> makes of that.</summary>
    public void Close(Func<DayFigures, DayFigures>? wrong = null)
    {
        var tally = new DayTally();
        foreach (var (encoded, entry) in entries) tally.Add(encoded.Id, entry);
        var figures = tally.Figures(null);
        Record((header, _) => new BusinessDayClosed(header, header.BusinessDate, null, wrong is null ? figures : wrong(figures)));
    }

    public void MoveCash(long amount) => Record((header, _) => new CashMoved(header, CashMovementKind.Float, new(amount, Euro), ""));

    public ChainHash ChainAt(int sequence)
    {
        var chain = ChainHash.Start(Stream);
        for (var i = 1; i <= sequence; i++) chain = chain.Append(i, entries[i - 1].Encoded.Hash);
        return chain;
    }

    /// <summary>Writes the ledger as it stands when everything was acknowledged and the feeds are applied.</summary>
    public void Save(FeedHash feedHash, long feedVersion, IReadOnlyDictionary<string, (long OnHand, long Version)> stock, HandMadeCatalogue catalogue)
    {
        System.IO.Directory.CreateDirectory(directory);
        using var ledger = Connect();
        Run(ledger, HandMadeSchema.Ledger);
        using var transaction = ledger.BeginTransaction();
        Run(ledger, "INSERT INTO identity VALUES(1, $1, $2, $3, 1, '1', $4, $5, x'010300', 0, $6, 1)", deviceId, code, store, receipts + 1, (Began + 100_000) << 16, entries.Count);
        var last = entries.Count;
        Run(ledger, "INSERT INTO stream VALUES($1, 0, 1, $2, $3, $2, $3, 0, $4, 'ENROLLED')", Stream.ToByteArray(), last, ChainAt(last).ToByteArray(), Began);
        if (last >= 2) Run(ledger, "INSERT INTO chain_checkpoint VALUES($1, 2, $2)", Stream.ToByteArray(), ChainAt(2).ToByteArray());
        for (var i = 0; i < last; i++)
        {
            var (encoded, entry) = entries[i];
            Run(ledger, "INSERT INTO entry VALUES($1, $2, $3, $4, $5, $6)", i + 1, encoded.Id.ToByteArray(), store, (int)entry.Kind, encoded.Bytes.ToArray(), encoded.Hash.ToByteArray());
            var receipt = entry switch { SaleRecorded sale => sale.Receipt, RefundRecorded refund => refund.Receipt, _ => null };
            if (receipt is not null) Run(ledger, "INSERT INTO receipt VALUES($1, $2, $3)", receipt.Series, receipt.Number, i + 1);
        }

        Run(ledger, "INSERT INTO feed VALUES(1, $1, $2, $3, 0), (2, 0, $4, $5, 0)", store, feedVersion, feedHash.ToByteArray(), catalogue.Version, catalogue.Hash);
        foreach (var (product, (onHand, version)) in stock) Run(ledger, "INSERT INTO cache_stock VALUES(1, $1, $2, $3, $4)", store, product, onHand, version);
        foreach (var (code, name, price, version) in catalogue.Products)
            Run(ledger, "INSERT INTO cache_product(code, name, brand, size, price_minor, currency, unit, version) VALUES($1, $2, '', '', $3, 'EUR', 0, $4)", code, name, price, version);
        transaction.Commit();
    }

    public void Run(string sql)
    {
        using var ledger = Connect();
        Run(ledger, sql);
    }

    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "ledger.db")};Pooling=false");
        connection.Open();
        return connection;
    }

    static void Run(SqliteConnection connection, string sql, params object[] values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue($"${i + 1}", values[i]);
        command.ExecuteNonQuery();
    }
}
