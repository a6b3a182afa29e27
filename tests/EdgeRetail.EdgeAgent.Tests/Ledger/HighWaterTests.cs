using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Ledger;

namespace EdgeRetail.EdgeAgent.Tests.Ledger;

sealed class HighWaterTests : AgentFixture
{
    static readonly StreamId NewStream = new(new Guid("99999999-2222-4333-8444-555555555555"));

    string Mark => Path.Combine(Directory, "hwm");

    [Test]
    public void What_was_recorded_is_in_the_mark_before_the_seller_is_told()
    {
        for (var i = 1; i <= 5; i++)
        {
            SellMilk();
            var mark = HighWaterFile.Read(Mark).Mark!;
            Assert.That((mark.Sequence, mark.Position, mark.Chain, mark.ReceiptSeries, mark.NextReceiptNumber), Is.EqualTo(((long)i, (long)i, Agent.Ledger.ChainAt(i)!.Value, "1", i + 1)));
        }

        Assert.That(new FileInfo(Mark).Length, Is.EqualTo(2 * HighWaterMark.SlotBytes));
        Assert.That(File.GetUnixFileMode(Mark), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_torn_slot_costs_one_step_and_is_no_rollback()
    {
        for (var i = 0; i < 4; i++) SellMilk();
        var generation = HighWaterFile.Read(Mark).Generation;
        Agent.Dispose();
        using (var file = File.OpenHandle(Mark, FileMode.Open, FileAccess.ReadWrite)) RandomAccess.Write(file, new byte[100], (generation % 2 * HighWaterMark.SlotBytes) + 30);
        Assert.That(HighWaterFile.Read(Mark).Mark!.Sequence, Is.EqualTo(3));
        Agent = Agent.Open(Options, Time);
        Assert.That((Agent.Ledger.HelloState().Fork, SellMilk().Receipt!.ToString()), Is.EqualTo(((ForkReason?)null, "T1-1-000005")));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_mark_that_is_missing_or_damaged_is_written_anew_and_said_in_the_log(bool damaged)
    {
        for (var i = 0; i < 4; i++) SellMilk();
        Agent.Dispose();
        if (damaged) File.WriteAllBytes(Mark, new byte[777]);
        else File.Delete(Mark);
        Agent = Agent.Open(Options, Time);
        Assert.That(Agent.OpeningNotes, Is.EqualTo(new[] { $"The file hwm was {(damaged ? "damaged" : "missing")}; it is written anew from the ledger." }));
        Assert.That((Agent.Ledger.HelloState().Fork, HighWaterFile.Read(Mark).Mark!.Sequence), Is.EqualTo(((ForkReason?)null, 4L)));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_ledger_copied_back_asks_for_a_new_stream_and_numbers_provisionally_until_it_has_one()
    {
        SellMilk();
        var copy = CopyLedger();
        SellMilk();
        SellMilk();
        CopyBack(copy);
        Options = Options with { Below = below => below - 1 };
        Agent = Agent.Open(Options, Time);

        var fork = Agent.Ledger.HelloState().Fork!;
        Assert.That((fork.Code, fork.Message), Is.EqualTo(("LOCAL_ROLLBACK", "The ledger ends at entry 1, 3 had been recorded.")));
        Assert.That(SellMilk().Receipt!.ToString(), Is.EqualTo("T1-Z999-000001"));
        var warning = Agent.Queries.Status().Warnings.Single();
        Assert.That(warning.Code, Is.EqualTo("LOCAL_ROLLBACK"));
        Assert.That(warning.Message, Does.Contain("provisional series Z999"));
        Assert.That(warning.NextStep, Does.Contain("count the stock"));
        Assert.That(Broken(), Is.Empty);

        Agent.Ledger.SaveWelcome(new(new byte[] { 1, 2, 3 }, NewStream, 0, ChainHash.Start(NewStream), 0, new(new Guid("cccccccc-0000-4000-8000-000000000001")), default, Time.GetUtcNow(), null)
        {
            Opening = new("LOCAL_ROLLBACK", "as reported", "2"),
        });
        Assert.That((SellMilk().Receipt!.ToString(), Agent.Ledger.HelloState().Fork), Is.EqualTo(("T1-2-000001", (ForkReason?)null)));
        Assert.That(Agent.Queries.Status().Warnings, Is.Empty);
        Reopen();
        Assert.That((Agent.OpeningNotes.Count, Agent.Ledger.HelloState().Fork), Is.EqualTo((0, (ForkReason?)null)));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_ledger_that_went_back_and_sold_past_the_mark_is_noticed_by_its_chain()
    {
        SellMilk();
        var copy = CopyLedger();
        SellMilk(2);
        var mark = File.ReadAllBytes(Mark);
        CopyBack(copy);

        // Sold without the mark, as another agent with the same copy would have.
        File.Delete(Mark);
        Agent = Agent.Open(Options, Time);
        SellMilk(3);
        SellMilk(4);
        Agent.Dispose();
        File.WriteAllBytes(Mark, mark);
        Agent = Agent.Open(Options, Time);
        Assert.That(Agent.Ledger.HelloState().Fork!.Message, Is.EqualTo("The ledger has other entries than those that had been recorded, up to entry 2."));
    }

    [Test]
    public void Each_rollback_numbers_in_a_series_of_its_own()
    {
        var copy = CopyLedger();
        SellMilk();
        var series = new HashSet<string>();
        for (var i = 0; i < 5; i++)
        {
            CopyBack(copy);
            Agent = Agent.Open(Options, Time);
            var receipt = SellMilk().Receipt!;
            Assert.That((series.Add(receipt.Series), receipt.Number, int.TryParse(receipt.Series, out _)), Is.EqualTo((true, 1, false)));
            Assert.That(ReceiptNumber.TryParse(receipt.ToString()), Is.EqualTo(receipt));
        }
    }

    [Test]
    public void A_provisional_series_that_the_ledger_has_receipts_of_is_drawn_again()
    {
        var drawn = new Queue<int>([0, 0, 0, 0, 1, 1, 1, 1]);
        Assert.That(ProvisionalSeries.Draw(_ => drawn.Dequeue(), series => series == "AAAA"), Is.EqualTo("BBBB"));
    }

    [Test]
    public void A_mark_that_cannot_be_written_does_not_stop_the_lane_and_is_named()
    {
        Agent.Dispose();
        File.Delete(Mark);
        System.IO.Directory.CreateDirectory(Mark);
        Agent = Agent.Open(Options, Time);
        Assert.That(SellMilk().Receipt!.Number, Is.EqualTo(1));
        Assert.That(Agent.Queries.Status().Warnings.Select(warning => warning.Code), Is.EqualTo(new[] { "HIGH_WATER_NOT_WRITTEN" }));
        System.IO.Directory.Delete(Mark);
        SellMilk();
        Assert.That((Agent.Queries.Status().Warnings.Count, HighWaterFile.Read(Mark).Mark!.Sequence), Is.EqualTo((0, 2L)));
    }

    [Test]
    public async Task Writers_that_wait_together_all_find_themselves_in_the_mark()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < 25; i++)
                {
                    var recorded = SellMilk();
                    Assert.That(HighWaterFile.Read(Mark).Mark!.Position, Is.GreaterThanOrEqualTo(recorded.Position));
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.That((HighWaterFile.Read(Mark).Mark!.Sequence, HighWaterFile.Read(Mark).Generation), Is.EqualTo((200L, 201L)).Or.Matches<(long Sequence, long Generation)>(found => found.Sequence == 200 && found.Generation < 201));
    }

    string CopyLedger()
    {
        Agent.Dispose();
        var copy = Path.Combine(Directory, "copy.db");
        File.Copy(LedgerFile, copy);
        Agent = Agent.Open(Options, Time);
        return copy;
    }

    void CopyBack(string copy)
    {
        Agent.Dispose();
        File.Copy(copy, LedgerFile, overwrite: true);
    }
}
