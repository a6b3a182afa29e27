using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Commands;
using EdgeRetail.EdgeAgent.Ledger;

namespace EdgeRetail.EdgeAgent.Tests.Ledger;

sealed class LedgerStoreTests : AgentFixture
{
    static readonly IncarnationId Incarnation = new(new Guid("cccccccc-0000-4000-8000-000000000001"));

    [TestCase("entry")]
    [TestCase("pending_row")]
    [TestCase("receipt")]
    [TestCase("command")]
    public void A_sale_that_fails_at_any_table_leaves_nothing_and_the_next_takes_its_number(string table)
    {
        SellMilk();
        Tamper($"CREATE TRIGGER disk BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'the disk refuses'); END");
        var sale = new RecordSale(new CommandId(new Guid("aaaaaaaa-0000-4000-8000-000000000001")), "ann", [new(Milk, Quantity.Each(1), Eur(1), Description: "m", Unknown: true)], TenderKind.Cash);
        Assert.That(() => Agent.Commands.Execute(sale), Throws.Exception);
        foreach (var counted in new[] { "entry", "pending", "receipt" }) Assert.That(Scalar($"SELECT count(*) FROM {counted}"), Is.EqualTo(1), counted);
        Assert.That(Scalar("SELECT count(*) FROM command"), Is.Zero);
        Tamper("DROP TRIGGER disk");
        Assert.That(Recorded(Agent.Commands.Execute(sale)).Receipt!.Number, Is.EqualTo(2));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void An_update_or_delete_of_an_entry_is_refused_by_the_file_itself()
    {
        SellMilk();
        Assert.That(() => Tamper("UPDATE entry SET store_id = 2"), Throws.Exception.With.Message.Contains("never changed"));
        Assert.That(() => Tamper("DELETE FROM entry"), Throws.Exception.With.Message.Contains("never deleted"));
    }

    [Test]
    public void Everything_outlives_a_restart()
    {
        for (var i = 0; i < 300; i++) SellMilk();
        var before = Agent.Ledger.HelloState();
        Reopen();
        var after = Agent.Ledger.HelloState();
        Assert.That(after with { SessionToken = before.SessionToken }, Is.EqualTo(before));
        Assert.That((after.LastSequence, after.LastReceiptNumber, after.Outbox.Count, after.PendingCount, after.OldestRetained), Is.EqualTo((300L, 300, 300L, 300L, 1L)));
        Assert.That(after.Outbox.OldestAt, Is.EqualTo(Time.GetUtcNow()));
        Assert.That(SellMilk().Receipt!.Number, Is.EqualTo(301));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void The_chain_at_every_sequence_is_that_of_the_entries_also_between_checkpoints()
    {
        for (var i = 0; i < 600; i++) SellMilk();
        Assert.That(Scalar("SELECT group_concat(sequence) = '256,512' FROM chain_checkpoint"), Is.EqualTo(1));
        Reopen();
        var chain = ChainHash.Start(Stream);
        Assert.That(Agent.Ledger.ChainAt(0), Is.EqualTo(chain));
        var sequence = 0L;
        foreach (var bytes in Agent.Outbox.ReadBatch(0, 1000, int.MaxValue)!.Entries)
        {
            chain = chain.Append(++sequence, Hash256.Of(bytes.Span));
            Assert.That(Agent.Ledger.ChainAt(sequence), Is.EqualTo(chain), $"{sequence}");
        }

        Assert.That(sequence, Is.EqualTo(600));
        Assert.That(Agent.Ledger.HelloState().LastChain, Is.EqualTo(chain));
        Assert.That(Agent.Ledger.ChainAt(601), Is.Null);
        Assert.That(Agent.Ledger.ChainAt(-1), Is.Null);
    }

    [Test]
    public void The_clock_rises_while_the_wall_clock_stands_or_goes_back()
    {
        SellMilk();
        SellMilk();
        Time.SetWall(Time.GetUtcNow().AddSeconds(-30));
        SellMilk();
        var stamps = Entries.Select(entry => entry.Header.Hlc).ToList();
        Assert.That(stamps, Is.Ordered.Using<HybridTimestamp>((a, b) => a.CompareTo(b)));
        Assert.That(stamps.Distinct().Count(), Is.EqualTo(3));
        Assert.That(Entries.Select(entry => entry.Header.ClockQuality), Is.All.EqualTo(ClockQuality.Trusted));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_clock_of_1970_is_not_believed_and_does_not_stop_a_sale()
    {
        SellMilk();
        Agent.Dispose();
        Time.SetWall(DateTimeOffset.UnixEpoch.AddHours(1));
        Agent = Agent.Open(Options, Time);
        Time.Advance(TimeSpan.FromSeconds(5));
        SellMilk();
        var header = Entries[1].Header;
        Assert.That(header.ClockQuality, Is.EqualTo(ClockQuality.Untrusted));
        Assert.That(header.WallTime, Is.EqualTo(DateTimeOffset.UnixEpoch.AddHours(1).AddSeconds(5)), "the wall clock stands in the entry as it was");
        Assert.That(header.Hlc.Milliseconds, Is.EqualTo(Entries[0].Header.Hlc.Milliseconds + 5000), "time goes on from the last that was believed");
        Assert.That(header.BusinessDate, Is.EqualTo(new DateOnly(2026, 6, 1)));
        Assert.That(Agent.Queries.Status().Warnings.Select(warning => warning.Code), Does.Contain("CLOCK_UNTRUSTED"));
    }

    [Test]
    public void A_clock_far_ahead_is_forgotten_when_the_cloud_says_the_time()
    {
        var truth = Time.GetUtcNow();
        Time.SetWall(new DateTimeOffset(2102, 1, 1, 0, 0, 0, TimeSpan.Zero));
        SellMilk();
        Time.SetWall(truth);
        Assert.That(Agent.Clock.Read().Quality, Is.EqualTo(ClockQuality.Untrusted));
        Welcome();
        Assert.That(Agent.Clock.Read().Quality, Is.EqualTo(ClockQuality.Trusted));
        SellMilk();
        Assert.That(Entries[1].Header.Hlc.Milliseconds, Is.EqualTo(truth.ToUnixTimeMilliseconds()));
    }

    [TestCase(-600)]
    [TestCase(600)]
    public void A_clock_that_the_cloud_found_wrong_is_not_believed_until_it_is_put_right(int secondsOff)
    {
        var truth = Time.GetUtcNow();
        Time.SetWall(truth.AddSeconds(secondsOff));
        Welcome(serverTime: truth);
        Time.Advance(TimeSpan.FromSeconds(5));
        SellMilk();
        Assert.That((Entries[0].Header.ClockQuality, Entries[0].Header.Hlc.Milliseconds), Is.EqualTo((ClockQuality.Untrusted, truth.AddSeconds(5).ToUnixTimeMilliseconds())));
        Assert.That(Entries[0].Header.WallTime, Is.EqualTo(truth.AddSeconds(secondsOff + 5)), "the wall clock stands in the entry as it was");
        Time.SetWall(truth.AddSeconds(20));
        SellMilk();
        Assert.That((Entries[1].Header.ClockQuality, Entries[1].Header.Hlc.Milliseconds), Is.EqualTo((ClockQuality.Trusted, truth.AddSeconds(20).ToUnixTimeMilliseconds())));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void The_clouds_clock_is_merged_within_the_bound_only()
    {
        var now = Time.GetUtcNow();
        Welcome(hlc: new(now.AddSeconds(20).ToUnixTimeMilliseconds(), 5));
        SellMilk();
        Assert.That(Entries[0].Header.Hlc, Is.EqualTo(new HybridTimestamp(now.AddSeconds(20).ToUnixTimeMilliseconds(), 7)), "the Welcome ticked once, the sale once");
        Welcome(hlc: new(now.AddSeconds(61).ToUnixTimeMilliseconds(), 0));
        SellMilk();
        Assert.That(Entries[1].Header.Hlc.Milliseconds, Is.EqualTo(now.AddSeconds(20).ToUnixTimeMilliseconds()));
    }

    [Test]
    public void A_welcome_is_persisted_with_token_settings_and_mark()
    {
        for (var i = 0; i < 10; i++) SellMilk();
        Assert.That(Welcome(applied: 4), Is.EqualTo(new WelcomeOutcome.Resumed(5, CloudForgot: false)));
        Reopen();
        var state = Agent.Ledger.HelloState();
        Assert.That(state.SessionToken.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That((state.Incarnation, state.AcknowledgedThrough, state.AcknowledgedChain, state.Outbox.Count), Is.EqualTo(((IncarnationId?)Incarnation, 4L, Agent.Ledger.ChainAt(4)!.Value, 6L)));
    }

    [Test]
    public void A_cloud_that_forgot_gets_the_entries_again()
    {
        for (var i = 0; i < 10; i++) SellMilk();
        Agent.Outbox.Acknowledge(8, Agent.Ledger.ChainAt(8)!.Value, 0, [new(7, 1, EdgeAgent.Outbox.DispositionKind.Quarantined, "X", "")]);
        Assert.That(Welcome(applied: 3), Is.EqualTo(new WelcomeOutcome.Resumed(4, CloudForgot: true)));
        Assert.That(Agent.Queries.Status().Outbox.Count, Is.EqualTo(7));
        Assert.That(Agent.Queries.Status().QuarantinedCount, Is.Zero, "what became of entry 7 is said again");
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_welcome_of_another_stream_of_more_entries_or_of_other_content_changes_nothing()
    {
        for (var i = 0; i < 5; i++) SellMilk();
        var before = Agent.Ledger.HelloState();
        Assert.That(Welcome(applied: 6), Is.TypeOf<WelcomeOutcome.NewStreamRequired>());
        Assert.That(Welcome(applied: 3, chain: ChainHash.Start(Stream)), Is.TypeOf<WelcomeOutcome.NewStreamRequired>());
        Assert.That(Welcome(stream: new(Guid.Empty)), Is.TypeOf<WelcomeOutcome.NewStreamRequired>());
        Reopen();
        Assert.That(Agent.Ledger.HelloState() with { SessionToken = before.SessionToken }, Is.EqualTo(before));
    }

    [Test]
    public void Under_a_new_stream_everything_retained_is_restamped_and_receipts_begin_a_series_of_their_own()
    {
        for (var i = 0; i < 300; i++) SellMilk();
        Agent.Outbox.Acknowledge(290, Agent.Ledger.ChainAt(290)!.Value, 0, [new(7, 1, EdgeAgent.Outbox.DispositionKind.Quarantined, "X", "")]);
        var ids = Entries.Select(EntryId).ToList();
        var stream = new StreamId(new Guid("22222222-2222-4222-8222-222222222222"));
        Assert.That(NewStream(stream), Is.EqualTo(new WelcomeOutcome.Opened(300)));
        SellMilk();
        Reopen();
        var state = Agent.Ledger.HelloState();
        var chain = ChainHash.Start(stream);
        var sequence = 0L;
        foreach (var bytes in Agent.Outbox.ReadBatch(0, 1000, 1 << 20)!.Entries) chain = chain.Append(++sequence, Hash256.Of(bytes.Span));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((state.Stream, state.LastSequence, state.AcknowledgedThrough, state.LastChain), Is.EqualTo((stream, 301L, 0L, chain)));
            Assert.That((state.Identity.ReceiptSeries, state.LastReceiptNumber), Is.EqualTo(("2", 1)));
            Assert.That(Entries.Select(EntryId).Take(300), Is.EqualTo(ids), "an entry is the same under every stream");
            Assert.That(Agent.Ledger.ChainAt(256), Is.Not.Null);
            Assert.That(Agent.Queries.Status().QuarantinedCount, Is.EqualTo(1), "what became of entries stays");
            Assert.That(Broken(), Is.Empty);
        }

        static EntryId EntryId(Entry entry) => EntryCodec.Encode(entry).Id;
    }

    [Test]
    public void A_stream_that_is_not_new_or_has_entries_already_is_not_begun()
    {
        SellMilk();
        Assert.That(NewStream(Stream), Is.TypeOf<WelcomeOutcome.NewStreamRequired>());
        Assert.That(NewStream(new(new Guid("22222222-2222-4222-8222-222222222222")), applied: 1), Is.TypeOf<WelcomeOutcome.NewStreamRequired>());
        Assert.That((Agent.Ledger.HelloState().Stream, Agent.Ledger.Identity.ReceiptSeries), Is.EqualTo((Stream, "1")));
    }

    [Test]
    public void A_copy_that_is_enrolled_as_another_device_keeps_its_entries_and_its_receipt_numbers_do_not_meet()
    {
        for (var i = 0; i < 3; i++) SellMilk();
        Agent.Dispose();
        EdgeAgent.Agent.Enrol(Options, Time, Enrolment() with { Device = new(4711), DeviceCode = "T9", Predecessor = Enrolment().Device, Stream = new(new Guid("33333333-3333-4333-8333-333333333333")) });
        Reopen();
        SellMilk();
        var state = Agent.Ledger.HelloState();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((state.Identity.Device, state.Identity.DeviceCode, state.Fork?.Code), Is.EqualTo((new DeviceId(4711), "T9", "ENROLLED_AGAIN")));
            Assert.That((state.Identity.ReceiptSeries, state.LastReceiptNumber), Is.EqualTo(("2", 1)), "series 1 is taken by what it printed as T1");
            Assert.That(state.LastSequence, Is.EqualTo(4));
            Assert.That(Broken(), Is.Empty);
        }
    }

    [Test]
    public void A_copy_that_is_enrolled_in_another_store_begins_that_stores_feed()
    {
        SellMilk();
        Agent.Cache.ApplyStorePage(new(Store, 0, 1, default, [new(1, new(new Guid("dddddddd-0000-4000-8000-000000000001")), Bread, 5000, 5000, false)], null));
        Agent.Dispose();
        EdgeAgent.Agent.Enrol(Options, Time, Enrolment() with { Device = new(4711), DeviceCode = "T9", Predecessor = Enrolment().Device, Store = new(2) });
        Reopen();
        Assert.That((Agent.Ledger.Identity.Store, Agent.Ledger.HelloState().StoreCursor), Is.EqualTo((new StoreId(2), EdgeAgent.Cache.FeedCursor.Start)));
        Assert.That(Agent.Queries.Stock(null, 10).Figures, Is.Empty);
        Assert.That(Broken(), Is.Empty);
    }

    WelcomeOutcome NewStream(StreamId stream, long applied = 0) => Agent.Ledger.SaveWelcome(new(
        new byte[] { 9 }, stream, applied, ChainHash.Start(stream), 0, Incarnation, default, Time.GetUtcNow(), null) { Opening = new("LEDGER_SET_BACK", "The ledger was set back.", "2") });

    [Test]
    public void A_device_that_moves_keeps_its_entries_and_begins_the_new_stores_feed()
    {
        SellMilk();
        Agent.Cache.ApplyStorePage(new(Store, 0, 1, default, [new(1, new(new Guid("dddddddd-0000-4000-8000-000000000001")), Bread, 5000, 5000, false)], null));
        Welcome(settings: new(2, new(2), 2, "Other shop", Euro, "Europe/Lisbon", 0, "T1"));
        Assert.That((Agent.Ledger.Identity.Store, Agent.Ledger.HelloState().StoreCursor.Version), Is.EqualTo((new StoreId(2), 0L)));
        Assert.That(Agent.Queries.Stock(null, 10).Figures, Is.Empty);
        SellMilk();
        Assert.That(Entries.Select(entry => (entry.Header.Store.Value, entry.Header.AssignmentVersion)), Is.EqualTo(new[] { (1, 1), (2, 2) }));
        Assert.That(Agent.Outbox.ReadBatch(0, 100, 1000)!.Entries, Has.Count.EqualTo(1), "a batch is of one store");
        Reopen();
        Assert.That(Agent.Ledger.Identity.StoreName, Is.EqualTo("Other shop"));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void What_happened_in_another_store_is_pending_only_while_the_device_stands_there()
    {
        SellMilk();
        Agent.Cache.ApplyStorePage(new(Store, 0, 1, default, [new(1, Entry(0), Milk, -1000, -1000, false)], null));
        SellMilk();
        Assert.That((Agent.Ledger.HelloState().PendingCount, Shown()), Is.EqualTo((1L, -2000L)), "one is in the cache, one is pending");

        Welcome(settings: new(2, new(2), 2, "Other shop", Euro, "Europe/Lisbon", 0, "T1"));
        Assert.That((Agent.Ledger.HelloState().PendingCount, Shown()), Is.EqualTo((0L, 0L)), "nobody looks at the other store's stock here");
        Assert.That(Broken(), Is.Empty);

        Welcome(settings: new(3, Store, 3, "Corner shop", Euro, "Europe/Berlin", 240, "T1"));
        Assert.That((Agent.Ledger.HelloState().PendingCount, Shown()), Is.EqualTo((2L, -2000L)), "the cache is empty, so nothing is in it");
        Agent.Cache.ApplyStorePage(new(Store, 0, 1, default, [new(1, Entry(0), Milk, -1000, -1000, false)], null));
        Assert.That((Agent.Ledger.HelloState().PendingCount, Shown()), Is.EqualTo((1L, -2000L)));
        Reopen();
        Assert.That((Agent.Ledger.HelloState().PendingCount, Shown()), Is.EqualTo((1L, -2000L)));
        Assert.That(Broken(), Is.Empty);

        EntryId Entry(int index) => EntryCodec.Encode(Entries[index]).Id;

        long Shown() => Agent.Queries.Stock(null, 10).Figures.Where(figure => figure.Product == Milk).Sum(figure => figure.OnHandThousandths);
    }

    WelcomeOutcome Welcome(long applied = 0, ChainHash? chain = null, StreamId? stream = null, HybridTimestamp hlc = default, StoreSettings? settings = null, DateTimeOffset? serverTime = null) =>
        Agent.Ledger.SaveWelcome(new(
            new byte[] { 1, 2, 3 }, stream ?? Stream, applied, chain ?? Agent.Ledger.ChainAt(applied) ?? ChainHash.Start(Stream), 0, Incarnation, hlc, serverTime ?? Time.GetUtcNow(), settings));
}
