using EdgeRetail.Contracts.Certificates;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Commands;

namespace EdgeRetail.EdgeAgent.Tests.DayCloses;

/// <summary>A till's day is closed: exactly what its ledger has before the close, by the store's own business dates.</summary>
sealed class DayCloseTests : AgentFixture
{
    static readonly DateOnly Today = new(2026, 6, 1);

    [Test]
    public void A_close_counts_what_was_recorded_before_it_and_nothing_after()
    {
        Float(20_000);
        SellMilk(2);
        var second = SellMilk();
        Recorded(Agent.Commands.Execute(new VoidSale(null, "ann", second.Receipt!, "wrong basket", "eve")));
        Recorded(Agent.Commands.Execute(new MoveCash(null, "ann", CashMovementKind.Drop, Eur(5_000), "")));
        var close = Closed(Close());
        SellMilk();

        Assert.That((close.Date, close.Previous, close.Figures.EntryCount), Is.EqualTo((Today, (EntryId?)null, 5L)));
        Assert.That(close.Figures.Receipts, Is.EqualTo(new[] { new ReceiptRange("T1", "1", 1, 2, 2) }));
        var totals = close.Figures.Buckets.Single().Totals.Single();
        Assert.That((totals.Sales, totals.SalesMinor, totals.Voids, totals.VoidsMinor, totals.FloatMinor, totals.DropMinor), Is.EqualTo((2L, 3 * 129L, 1L, 129L, 20_000L, 5_000L)));
        Assert.That(totals.Tenders, Is.EqualTo(new[] { new TenderTotal(TenderKind.Cash, 387, 129) }));
        Assert.That(close.Figures.ExpectedCash(), Is.EqualTo(new[] { Eur(20_000 + 258 - 5_000) }));
        Assert.That(close.Figures.Digest, Is.EqualTo(Digest(0, 5)));
        Assert.That(Agent.Queries.Day(10).Open.EntryCount, Is.EqualTo(1), "the sale after it is of the next close");
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void The_next_close_goes_on_where_it_ended_and_names_it()
    {
        SellMilk();
        var first = Close();
        SellMilk();
        Time.Advance(TimeSpan.FromDays(1));
        SellMilk();
        var second = Closed(Close());

        Assert.That((second.Previous, second.Date, second.Figures.EntryCount), Is.EqualTo((first.Entry, Today.AddDays(1), 2L)));
        Assert.That(second.Figures.Buckets.Select(bucket => (bucket.Date, bucket.IsLate, bucket.EntryCount)), Is.EqualTo(new[] { (Today, true, 1L), (Today.AddDays(1), false, 1L) }));
        Assert.That(second.Figures.Digest, Is.EqualTo(Digest(2, 2)));
        Assert.That(second.Figures.Receipts.Single(), Is.EqualTo(new ReceiptRange("T1", "1", 2, 3, 2)));
    }

    [Test]
    public void A_day_that_was_forgotten_is_closed_by_its_date_and_days_in_between_are_not_late()
    {
        SellMilk();
        Close();
        Time.Advance(TimeSpan.FromDays(1));
        SellMilk();
        Time.Advance(TimeSpan.FromDays(1));
        SellMilk();
        var close = Closed(Close(Today.AddDays(2)));
        Assert.That(close.Figures.Buckets.Select(bucket => (bucket.Date, bucket.IsLate)), Is.EqualTo(new[] { (Today.AddDays(1), false), (Today.AddDays(2), false) }));
    }

    [Test]
    public void A_date_before_the_last_one_or_to_come_is_refused_and_the_last_one_where_nothing_is_new()
    {
        SellMilk();
        Assert.That(Refused(Execute(Today.AddDays(1))).Code, Is.EqualTo("DAY_IN_FUTURE"));
        Close();
        Assert.That(Refused(Execute(Today)).Code, Is.EqualTo("DAY_CLOSED"));
        Assert.That(Refused(Execute(Today.AddDays(-1))).Code, Is.EqualTo("DAY_CLOSED_LATER"));
        SellMilk();
        var again = Closed(Close(Today));
        Assert.That(again.Figures.Buckets.Select(bucket => (bucket.Date, bucket.IsLate, bucket.EntryCount)), Is.EqualTo(new[] { (Today, true, 1L) }));
    }

    [Test]
    public void The_same_command_closes_once()
    {
        SellMilk();
        var command = new CloseDay(new(Guid.NewGuid()), "ann", null);
        var first = Recorded(Agent.Commands.Execute(command));
        SellMilk();
        Assert.That(Recorded(Agent.Commands.Execute(command)), Is.EqualTo(first with { Replayed = true }));
        Assert.That(Refused(Agent.Commands.Execute(command with { Date = Today })).Code, Is.EqualTo("COMMAND_REUSED"));
        Assert.That(Entries.OfType<BusinessDayClosed>().Count(), Is.EqualTo(1));
    }

    [TestCase("2026-06-01T21:59:00Z", "2026-06-01", Description = "23:59 in Berlin")]
    [TestCase("2026-06-02T01:59:00Z", "2026-06-01", Description = "03:59 in Berlin, after midnight and before the cut-off")]
    [TestCase("2026-06-02T02:01:00Z", "2026-06-02", Description = "04:01 in Berlin")]
    [TestCase("2026-10-25T02:30:00Z", "2026-10-24", Description = "03:30, an hour later than by the clock of the day before: the clocks went back")]
    [TestCase("2026-10-25T03:30:00Z", "2026-10-25", Description = "04:30")]
    [TestCase("2027-03-28T01:30:00Z", "2027-03-27", Description = "03:30, the clocks went forward from 2 to 3")]
    [TestCase("2027-03-28T02:30:00Z", "2027-03-28", Description = "04:30")]
    public void The_date_is_the_stores_over_midnight_and_when_the_clocks_change(string instant, string date)
    {
        Time.SetWall(DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture));
        SellMilk();
        var close = Closed(Close());
        var expected = DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture);
        Assert.That((close.Date, close.Figures.Buckets.Single().Date), Is.EqualTo((expected, expected)));
    }

    [TestCase("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T03:30:00Z")]
    [TestCase("2027-03-27T23:30:00Z", "2027-03-28T01:30:00Z", "2027-03-28T02:30:00Z")]
    public void A_night_in_which_the_clocks_change_has_its_sales_on_one_date_until_the_cut_off(string before, string after, string morning)
    {
        foreach (var instant in new[] { before, after, morning })
        {
            Time.SetWall(DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture));
            SellMilk();
        }

        var buckets = Closed(Close()).Figures.Buckets;
        Assert.That(buckets.Select(bucket => bucket.EntryCount), Is.EqualTo(new[] { 2L, 1L }));
        Assert.That(buckets[1].Date, Is.EqualTo(buckets[0].Date.AddDays(1)));
    }

    [Test]
    public void What_was_pruned_before_it_was_closed_is_counted_all_the_same()
    {
        Float(10_000);
        for (var i = 0; i < 300; i++) SellMilk();
        var digest = Digest(0, 301);
        Time.Advance(TimeSpan.FromDays(8));
        Assert.That(Agent.Outbox.Acknowledge(301, Agent.Ledger.ChainAt(301)!.Value, 301, []), Is.Not.Null);
        Cover(301);
        Assert.That(Agent.Pruner.Prune(underPressure: false, CancellationToken.None).Entries, Is.EqualTo(301));
        Assert.That(Agent.Queries.Day(1).Open.EntryCount, Is.EqualTo(301));
        SellMilk();
        Reopen();
        var close = Closed(Close());

        Assert.That((close.Figures.EntryCount, close.Figures.Receipts.Single().ToString()), Is.EqualTo((302L, "T1-1-000001 to 000301")));
        Assert.That(close.Figures.Digest, Is.EqualTo(digest.Append(Sent().Single(sent => sent.Entry is SaleRecorded).Id)));
        Assert.That(close.Figures.ExpectedCash(), Is.EqualTo(new[] { Eur(10_000 + (301 * 129)) }));
        SellMilk();
        Assert.That(Closed(Close(Today.AddDays(8))).Figures.EntryCount, Is.EqualTo(1), "what was carried is not counted again");
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void The_answer_of_the_cloud_stands_beside_its_close_and_a_later_one_holds()
    {
        SellMilk();
        var recorded = Close();
        Answer(recorded.Entry, DayCloseVerdict.WaitsForKey);
        Answer(new(Guid.NewGuid()), DayCloseVerdict.Gaps);
        Assert.That(Agent.Queries.Day(1).Closes.Single().Answer!.Verdict, Is.EqualTo(DayCloseVerdict.WaitsForKey));
        Answer(recorded.Entry, DayCloseVerdict.Certified);
        Reopen();
        Assert.That(Agent.Queries.Close(Today)!.Answer!.Verdict, Is.EqualTo(DayCloseVerdict.Certified));
        Assert.That(Agent.Queries.Close(Today.AddDays(1)), Is.Null);
    }

    CommandResult Execute(DateOnly? date) => Agent.Commands.Execute(new CloseDay(null, "ann", date));

    CommandResult.Recorded Close(DateOnly? date = null) => Recorded(Execute(date));

    BusinessDayClosed Closed(CommandResult.Recorded recorded) => (BusinessDayClosed)Sent().Single(sent => sent.Id == recorded.Entry).Entry;

    void Float(long minor) => Recorded(Agent.Commands.Execute(new MoveCash(null, "ann", CashMovementKind.Float, Eur(minor), "")));

    /// <summary>By the definition, over ids of the outbox.</summary>
    DayDigest Digest(int skip, int count) => Sent().Where(sent => sent.Entry is not BusinessDayClosed).Skip(skip > 0 ? skip - 1 : 0).Take(count).Aggregate(DayDigest.Start, (digest, sent) => digest.Append(sent.Id));

    IReadOnlyList<(EntryId Id, Entry Entry)> Sent()
    {
        var sent = new List<(EntryId, Entry)>();
        for (var after = Agent.Ledger.HelloState().AcknowledgedThrough; Agent.Outbox.ReadBatch(after, 1000, int.MaxValue) is { } batch; after = batch.LastSequence)
            sent.AddRange(batch.Entries.Select(bytes => (EntryDecoding.Decoded)EntryCodec.Decode(bytes)).Select(decoded => (decoded.Id, decoded.Entry)));
        return sent;
    }

    void Cover(long through)
    {
        var version = Agent.Ledger.HelloState().StoreCursor.Version + 1;
        var cloudEntry = new EntryId(Guid.NewGuid());
        Assert.That(
            Agent.Cache.ApplyStorePage(new(Store, version - 1, version, FeedHash.Start.Append([cloudEntry]), [new(version, cloudEntry, null, 0, 0, false)], new OwnMarker(Stream, through, Agent.Ledger.ChainAt(through)!.Value) { DurableThrough = through })),
            Is.InstanceOf<PageOutcome.Applied>());
    }

    void Answer(EntryId close, DayCloseVerdict state)
    {
        var answer = DayWire.WriteAnswer(new(close, state, [], null));
        var cursor = Agent.Ledger.HelloState().StoreCursor;
        Assert.That(Agent.Cache.ApplyStorePage(new(Store, cursor.Version, cursor.Version, cursor.Hash, [], null) { Answers = [new(close, answer)] }), Is.InstanceOf<PageOutcome.Applied>());
    }
}
