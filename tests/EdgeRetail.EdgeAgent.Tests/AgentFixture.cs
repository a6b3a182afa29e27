using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Commands;
using EdgeRetail.EdgeAgent.Enrolment;
using Microsoft.Data.Sqlite;

namespace EdgeRetail.EdgeAgent.Tests;

/// <summary>An enrolled agent on a real directory of its own, with a clock of its own.</summary>
abstract class AgentFixture
{
    public static readonly Currency Euro = Currency.Parse("EUR");
    public static readonly StreamId Stream = new(new Guid("11111111-2222-4333-8444-555555555555"));
    public static readonly StoreId Store = new(1);
    public static readonly ProductCode Milk = Code("4006381333931");
    public static readonly ProductCode Bread = Code("5000112637922");

    protected string Directory { get; private set; } = "";

    protected DeviceTime Time { get; private set; } = null!;

    protected Agent Agent { get; set; } = null!;

    protected AgentOptions Options { get; set; } = new("");

    /// <summary>So many rows leave what is pending by deletion, before the mark passes them.</summary>
    protected int CoveredRowsAtOnceMax { get; init; } = PendingTable.RowsAtOnceMax;

    protected string LedgerFile => Path.Combine(Directory, "ledger.db");

    [SetUp]
    public void Enrolled()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("agent-").FullName;
        Time = new(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));
        // Software as old as the clock that the tests live by.
        Options = new(Directory) { BuildTime = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), CoveredRowsAtOnceMax = CoveredRowsAtOnceMax };
        Agent.Enrol(Options, Time, Enrolment());
        Agent = Agent.Open(Options, Time);
    }

    [TearDown]
    public void Removed()
    {
        Agent?.Dispose();
        SqliteConnection.ClearAllPools();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    public static DeviceEnrolment Enrolment() => new(
        new("http://127.0.0.1:5001"), new(7), "T1", "erd_secret", Stream, "1", Store, 1, "Corner shop", Euro, "Europe/Berlin", 240, 1);

    public static ProductCode Code(string text) => ((ProductCodeReading.Accepted)ProductCode.Read(text)).Code;

    public static Money Eur(long minor) => new(minor, Euro);

    /// <summary>The entries of the ledger, as they would be sent.</summary>
    protected IReadOnlyList<Entry> Entries
    {
        get
        {
            var entries = new List<Entry>();
            for (var after = 0L; Agent.Outbox.ReadBatch(after, 1000, int.MaxValue) is { } batch; after = batch.LastSequence)
                entries.AddRange(batch.Entries.Select(bytes => ((EntryDecoding.Decoded)EntryCodec.Decode(bytes)).Entry));
            return entries;
        }
    }

    /// <summary>The ids of the invariants that the device finds broken.</summary>
    protected IEnumerable<string> Broken() => Agent.Verifier.Verify().Where(result => result.Holds != true).Select(result => $"{result.Id}: {result.Detail}");

    protected void Reopen(AgentOptions? options = null)
    {
        Agent.Dispose();
        Agent = null!;
        Agent = Agent.Open(options ?? Options, Time);
    }

    protected void LoadCatalogue() => LoadCatalogue(
        new ProductRow(1, Milk, "Whole milk", "Alpine", "1 l", Eur(129), Unit.Each),
        new ProductRow(2, Bread, "Crème fraîche bread", "Baker", "500 g", Eur(349), Unit.Each),
        new ProductRow(3, Code("CHEESE-1"), "Mountain cheese", "Alpine", "loose", Eur(1999), Unit.Kilogram));

    protected void LoadCatalogue(params ProductRow[] rows)
    {
        var from = Agent.Ledger.HelloState().CatalogueCursor.Version;
        Assert.That(Agent.Cache.ApplyCataloguePage(new(from, rows[^1].Version, new(Hash256.Of([(byte)rows[^1].Version])), rows)), Is.TypeOf<PageOutcome.Applied>());
    }

    protected CommandResult.Recorded Sell(params SaleDraftLine[] lines) => Recorded(Agent.Commands.Execute(new RecordSale(null, "ann", lines, TenderKind.Cash)));

    protected CommandResult.Recorded SellMilk(long count = 1) => Sell(new SaleDraftLine(Milk, Quantity.Each(count), Eur(129), Description: "milk", Unknown: true));

    protected static CommandResult.Recorded Recorded(CommandResult result) =>
        result as CommandResult.Recorded ?? throw new AssertionException($"Not recorded: {result}");

    protected static CommandResult.Refused Refused(CommandResult result) =>
        result as CommandResult.Refused ?? throw new AssertionException($"Not refused: {result}");

    /// <summary>Asks the file itself.</summary>
    protected long Scalar(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={LedgerFile};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Writes into the file behind the agent's back.</summary>
    protected void Tamper(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={LedgerFile};Pooling=False;Foreign Keys=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
