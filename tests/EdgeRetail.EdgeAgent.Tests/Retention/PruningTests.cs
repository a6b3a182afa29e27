using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Commands;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Outbox;
using EdgeRetail.EdgeAgent.Retention;
using Microsoft.Data.Sqlite;

namespace EdgeRetail.EdgeAgent.Tests.Retention;

sealed class PruningTests : AgentFixture
{
    static readonly StreamId NewStream = new(new Guid("99999999-2222-4333-8444-555555555555"));

    [Test]
    public void Only_what_is_durable_covered_and_old_goes_and_under_pressure_only_the_age_gives_way()
    {
        for (var i = 0; i < 10; i++) SellMilk();
        Time.Advance(TimeSpan.FromDays(6));
        for (var i = 0; i < 10; i++) SellMilk();
        Acknowledge(18, durable: 15);
        Cover(through: 12);
        Assert.That(Prune().Entries, Is.Zero);
        Time.Advance(TimeSpan.FromDays(2));
        Assert.That(Prune().Entries, Is.EqualTo(10));
        Assert.That(Prune(underPressure: true).Entries, Is.EqualTo(2));
        Cover(through: 18);
        Assert.That(Prune(underPressure: true).Entries, Is.EqualTo(3));
        Assert.That(Prune(underPressure: true).Entries, Is.Zero);
        var hello = Agent.Ledger.HelloState();
        Assert.That((hello.OldestRetained, hello.LastSequence, Agent.Queries.Status().Outbox.Count), Is.EqualTo((16L, 20L, 2L)));
        Assert.That((Scalar("SELECT min(position) FROM entry"), Scalar("SELECT count(*) FROM receipt"), Scalar("SELECT min(sequence) FROM chain_checkpoint")), Is.EqualTo((16L, 5L, 15L)));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_pruned_ledger_sells_sends_and_opens_as_before()
    {
        var chains = new List<ChainHash?>();
        for (var i = 0; i < 700; i++) SellMilk();
        for (var i = 0; i <= 700; i++) chains.Add(Agent.Ledger.ChainAt(i));
        Acknowledge(650, durable: 600);
        Cover(through: 640);
        Assert.That(Prune(underPressure: true).Entries, Is.EqualTo(600));
        for (var i = 0; i < 2; i++)
        {
            Assert.That(Agent.Ledger.ChainAt(600), Is.EqualTo(chains[600]));
            Assert.That(Agent.Ledger.ChainAt(601), Is.EqualTo(chains[601]));
            Assert.That(Agent.Ledger.ChainAt(599), Is.Null, "it cannot be told any more, and nothing is damaged");
            Assert.That(Agent.Ledger.ChainAt(0), Is.EqualTo(chains[0]));
            Assert.That(Agent.Outbox.ReadBatch(650, 100, 1 << 20)!.Entries, Has.Count.EqualTo(50));
            Assert.That(Agent.Queries.Receipt(new("T1", "1", 600)), Is.Null);
            Assert.That(Agent.Queries.Receipt(new("T1", "1", 601)), Is.Not.Null);
            Reopen();
            Assert.That((Agent.Ledger.HelloState().Fork, Agent.OpeningNotes.Count), Is.EqualTo(((ForkReason?)null, 0)));
        }

        Assert.That(SellMilk().Receipt!.Number, Is.EqualTo(701));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_ledger_that_was_pruned_as_a_whole_goes_on()
    {
        for (var i = 0; i < 9; i++) SellMilk();
        Acknowledge(9, durable: 9);
        Cover(through: 9);
        Assert.That(Prune(underPressure: true).Entries, Is.EqualTo(9));
        Assert.That((Agent.Ledger.HelloState().OldestRetained, Agent.Ledger.HelloState().LastSequence), Is.EqualTo((10L, 9L)));
        Reopen();
        Assert.That(Broken(), Is.Empty);
        Assert.That(SellMilk().Receipt!.Number, Is.EqualTo(10));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void What_refers_to_pruned_entries_goes_with_them()
    {
        var basket = new CommandId(new Guid("aaaaaaaa-0000-4000-8000-000000000001"));
        var sold = Recorded(Agent.Commands.Execute(new RecordSale(basket, "ann", [new(Milk, Quantity.Each(2), Eur(129), Description: "milk", Unknown: true)], TenderKind.Cash)));
        Recorded(Agent.Commands.Execute(new RecordRefund(null, "ann", [new(Milk, Quantity.Each(1), SoldOn: sold.Receipt, SoldLine: 1)], "", TenderKind.Cash)));
        SellMilk();
        Agent.Outbox.Acknowledge(3, Agent.Ledger.ChainAt(3)!.Value, 1, [new(1, 1, DispositionKind.Exception, "BELOW_ZERO", "x-1")]);
        Cover(through: 3);
        Assert.That(Prune(underPressure: true).Entries, Is.EqualTo(1));
        foreach (var table in new[] { "command", "refunded", "disposition" }) Assert.That(Scalar($"SELECT count(*) FROM {table}"), Is.Zero, table);
        Assert.That(Scalar("SELECT count(*) FROM receipt"), Is.EqualTo(2));
        Assert.That(Scalar("SELECT count(*) FROM pragma_foreign_key_check"), Is.Zero);
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_void_outlives_the_sale_that_it_took_back()
    {
        var sold = SellMilk();
        Recorded(Agent.Commands.Execute(new VoidSale(null, "ann", sold.Receipt!, "wrong", "")));
        SellMilk();
        Acknowledge(3, durable: 1);
        Cover(through: 3);
        Assert.That(Prune(underPressure: true).Entries, Is.EqualTo(1));
        Assert.That(Scalar("SELECT count(*) FROM voided"), Is.Zero);
        Assert.That(Scalar("SELECT count(*) FROM pragma_foreign_key_check"), Is.Zero);
        Assert.That(Refused(Agent.Commands.Execute(new VoidSale(null, "ann", sold.Receipt!, "wrong", ""))).Code, Is.EqualTo("RECEIPT_NOT_FOUND"));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_new_stream_of_a_pruned_ledger_begins_at_what_it_retains()
    {
        for (var i = 0; i < 20; i++) SellMilk();
        Acknowledge(20, durable: 12);
        Cover(through: 20);
        Prune(underPressure: true);
        Agent.Ledger.SaveWelcome(new(new byte[] { 1, 2, 3 }, NewStream, 0, ChainHash.Start(NewStream), 0, new(new Guid("cccccccc-0000-4000-8000-000000000001")), default, Time.GetUtcNow(), null)
        {
            Opening = new("CLOUD_LOST_DURABLE", "the cloud was set back", "2"),
        });
        var hello = Agent.Ledger.HelloState();
        Assert.That((hello.OldestRetained, hello.LastSequence, hello.AcknowledgedThrough), Is.EqualTo((1L, 8L, 0L)));
        Assert.That(Agent.Outbox.ReadBatch(0, 100, 1 << 20)!.Entries, Has.Count.EqualTo(8));
        Assert.That(Prune(underPressure: true).Entries, Is.Zero, "in the new stream nothing is durable yet");
        Assert.That(Broken(), Is.Empty);
        Acknowledge(8, durable: 5);
        Assert.That(Prune(underPressure: true).Entries, Is.EqualTo(5));
        SellMilk();
        Reopen();
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_cloud_that_asks_for_what_was_pruned_is_told_to_open_a_new_stream()
    {
        for (var i = 0; i < 20; i++) SellMilk();
        Acknowledge(20, durable: 12);
        Cover(through: 20);
        Prune(underPressure: true);
        var outcome = Agent.Ledger.SaveWelcome(new(new byte[] { 1 }, Stream, 5, Agent.Ledger.ChainAt(12)!.Value, 0, new(new Guid("cccccccc-0000-4000-8000-000000000001")), default, Time.GetUtcNow(), null));
        Assert.That(outcome, Is.TypeOf<WelcomeOutcome.NewStreamRequired>());
    }

    [Test]
    public void An_entry_that_was_not_pruned_still_cannot_be_deleted()
    {
        for (var i = 0; i < 9; i++) SellMilk();
        Acknowledge(9, durable: 5);
        Cover(through: 9);
        Prune(underPressure: true);
        Assert.That(() => Tamper("DELETE FROM entry WHERE position = 6"), Throws.Exception.With.Message.Contains("never deleted"));
    }

    [Test]
    public void The_plan_takes_a_prefix_only()
    {
        var now = new DateTimeOffset(2026, 6, 30, 0, 0, 0, TimeSpan.Zero);
        (long, DateTimeOffset)[] entries = [(3, now.AddDays(-9)), (4, now.AddDays(-8)), (5, now.AddDays(9)), (6, now.AddDays(-8)), (7, now.AddDays(-1))];
        Assert.That(PruningPlan.Cut(entries, 7, now, underPressure: false), Is.EqualTo(4), "an entry of a clock that ran ahead holds what is behind it");
        Assert.That(PruningPlan.Cut(entries, 7, now, underPressure: true), Is.EqualTo(7));
        Assert.That(PruningPlan.Cut(entries, 3, now, underPressure: true), Is.EqualTo(3));
        Assert.That(PruningPlan.Cut(entries, 2, now, underPressure: true), Is.Null);
        Assert.That(PruningPlan.Cut([], 2, now, underPressure: true), Is.Null);
        Assert.That(PruningPlan.AllowedThrough(10, 5, oldestPending: null), Is.EqualTo(15));
        Assert.That(PruningPlan.AllowedThrough(10, 5, oldestPending: 13), Is.EqualTo(12));
    }

    [Test]
    public void Two_hundred_thousand_entries_are_pruned_a_few_at_a_time()
    {
        const int Count = 200_000;
        FillLedger(Count);
        Agent = Agent.Open(Options, TimeProvider.System);
        var outcome = Prune(underPressure: true);
        var measured = outcome.Transactions.Select(lasted => lasted.TotalMilliseconds).Order().ToList();
        TestContext.Out.WriteLine($"{outcome.Entries} entries, {measured.Count} transactions, median {measured[measured.Count / 2]:0.0} ms, longest {measured[^1]:0.0} ms");
        Assert.That(outcome.Entries, Is.EqualTo(Count));

        // How long one lasts is measured by the benchmark, beside sales: here, that none takes many.
        Assert.That(outcome.Transactions, Has.Count.AtLeast(Count / 1000));
        Assert.That((SellMilk().Receipt!.Number, Scalar("SELECT count(*) FROM receipt"), Scalar("SELECT count(*) FROM command")), Is.EqualTo((Count + 1, 1L, 0L)));
        Assert.That(Scalar("SELECT count(*) FROM pragma_foreign_key_check"), Is.Zero);
    }

    /// <summary>Sales that are durable and covered, written past the agent as fast as the file takes them.</summary>
    void FillLedger(int count)
    {
        Agent.Dispose();
        using var connection = new SqliteConnection($"Data Source={LedgerFile};Pooling=False");
        connection.Open();
        using var transaction = connection.BeginTransaction();
        using var entry = Command("INSERT INTO entry VALUES ($at, $id, 1, 1, $bytes, $hash)", "$at", "$id", "$bytes", "$hash");
        using var receipt = Command("INSERT INTO receipt VALUES ('1', $at, $at)", "$at");
        using var command = Command("INSERT INTO command VALUES ($id, 0, $at, zeroblob(32))", "$id", "$at");
        var random = new Random(1);
        var chain = ChainHash.Start(Stream);
        var id = new byte[16];
        var began = Time.GetUtcNow().ToUnixTimeMilliseconds() - count;
        for (var i = 1; i <= count; i++)
        {
            var header = new EntryHeader(Store, 1, new(7), "ann", new(began + i, 0), Time.GetUtcNow(), 1, i, ClockQuality.Trusted, new DateOnly(2026, 6, 1), "2026a");
            var encoded = EntryCodec.Encode(new SaleRecorded(header, new("T1", "1", i), [new(Milk, Quantity.Each(1), Eur(129), Eur(129), 0, "milk", true)], Eur(129), [new(TenderKind.Cash, Eur(129))]));
            chain = chain.Append(i, encoded.Hash);
            Run(entry, i, encoded.Id.ToByteArray(), encoded.Bytes.ToArray(), encoded.Hash.ToByteArray());
            Run(receipt, i);
            random.NextBytes(id);
            Run(command, id, i);
        }

        using var state = Command(
            """
            UPDATE stream SET last_sequence = $last, last_chain = $chain, acknowledged_through = $last, acknowledged_chain = $chain, durable_through = $last;
            INSERT INTO chain_checkpoint SELECT stream_id, $last, $chain FROM stream;
            UPDATE identity SET covered_count = $last, next_receipt_number = $last + 1
            """, "$last", "$chain");
        Run(state, count, chain.ToByteArray());
        transaction.Commit();

        SqliteCommand Command(string sql, params string[] names)
        {
            var made = connection.CreateCommand();
            made.CommandText = sql;
            foreach (var name in names) made.Parameters.Add(new SqliteParameter { ParameterName = name });
            return made;
        }

        static void Run(SqliteCommand command, params object[] values)
        {
            for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
            command.ExecuteNonQuery();
        }
    }

    PruningOutcome Prune(bool underPressure = false) => Agent.Pruner.Prune(underPressure, CancellationToken.None);

    void Acknowledge(long through, long durable) =>
        Assert.That(Agent.Outbox.Acknowledge(through, Agent.Ledger.ChainAt(through)!.Value, durable, []), Is.TypeOf<AcknowledgeOutcome.Accepted>());

    /// <summary>A page with the own marker, as the cloud sends it at the head.</summary>
    void Cover(long through)
    {
        var hello = Agent.Ledger.HelloState();
        var from = hello.StoreCursor.Version;
        Assert.That(
            Agent.Cache.ApplyStorePage(new(Store, from, from + 1, new(Hash256.Of([(byte)(from + 1)])), [], new(hello.Stream, through, Agent.Ledger.ChainAt(through)!.Value))),
            Is.TypeOf<EdgeAgent.Cache.PageOutcome.Applied>());
    }
}
