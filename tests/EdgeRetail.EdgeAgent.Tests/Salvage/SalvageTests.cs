using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Commands;
using EdgeRetail.EdgeAgent.Salvage;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Tests.Salvage;

sealed class SalvageTests : AgentFixture
{
    const int Page = 4096;

    static readonly CommandId Basket = new(new Guid("aaaaaaaa-0000-4000-8000-000000000001"));

    [Test]
    public void An_overwritten_header_costs_no_entry_no_receipt_no_refund_and_no_command()
    {
        var sold = SellBasket();
        var refund = Recorded(Agent.Commands.Execute(new RecordRefund(
            null, "ann", [new(Milk, Quantity.Each(1), SoldOn: sold.Receipt, SoldLine: 1)], "", TenderKind.Cash)));
        for (var i = 0; i < 300; i++) SellMilk();
        var voided = new VoidSale(null, "ann", sold.Receipt! with { Number = 3 }, "wrong", "");
        Recorded(Agent.Commands.Execute(voided));
        var before = Bytes();
        Agent.Dispose();
        Overwrite(LedgerFile, 0, 100);
        Agent = Agent.Open(Options, Time);

        Assert.That((Agent.Salvaged!.Entries, Agent.Salvaged.UnreadableCount), Is.EqualTo((303L, 0L)));
        Assert.That(Bytes(), Is.EqualTo(before));
        var hello = Agent.Ledger.HelloState();
        Assert.That((hello.Fork!.Code, hello.Stream, hello.LastSequence, hello.AcknowledgedThrough, hello.PendingCount, hello.StoreCursor.Version), Is.EqualTo(("LEDGER_SALVAGED", Stream, 303L, 0L, 303L, 0L)));
        Assert.That(SellBasket(), Is.EqualTo(sold with { Replayed = true }));
        Assert.That(Agent.Queries.Receipt(refund.Receipt!)!.Receipt, Is.EqualTo(refund.Receipt));
        Assert.That(Agent.Queries.Receipt(sold.Receipt!)!.Lines[0].Refunded, Is.EqualTo(Quantity.Each(1)));
        Assert.That(Refused(Agent.Commands.Execute(voided)).Code, Is.EqualTo("SALE_VOIDED"));
        var next = SellMilk().Receipt!;
        Assert.That((next.Series.Length, next.Number, char.IsAsciiLetter(next.Series[0])), Is.EqualTo((4, 1, true)));
        Assert.That(Broken(), Is.Empty);

        var warning = Agent.Queries.Status().Warnings.Single();
        Assert.That((warning.Code, warning.Message), Is.EqualTo(("LEDGER_SALVAGED", $"{Agent.Salvaged.Words} Until the cloud has opened a new stream, receipts are numbered in the provisional series {next.Series}.")));
        var kept = Path.Combine(Directory, Agent.Salvaged.Folder, "ledger.db");
        Assert.That(File.ReadAllBytes(kept).AsSpan(0, 100).ToArray(), Is.All.EqualTo((byte)'x'), "the damaged file stays as it was");

        Reopen();
        Assert.That((Agent.Salvaged, Agent.OpeningNotes.Count), Is.EqualTo(((SalvageReport?)null, 0)));
        Assert.That(Agent.Queries.Status().Warnings.Select(shown => shown.Code), Is.EqualTo(new[] { "LEDGER_SALVAGED" }));
    }

    [Test]
    public void A_close_is_known_after_a_salvage_and_the_next_one_goes_on_from_it()
    {
        SellMilk();
        var close = Recorded(Agent.Commands.Execute(new CloseDay(null, "ann", null)));
        SellMilk();
        SellMilk();
        Agent.Dispose();
        Overwrite(LedgerFile, 0, 100);
        Agent = Agent.Open(Options, Time);

        var day = Agent.Queries.Day(5);
        Assert.That((day.Closes.Single().Entry, day.Open.EntryCount), Is.EqualTo((close.Entry, 2L)));
    }

    [Test]
    public void Of_a_ledger_with_lost_pages_everything_else_is_saved_and_what_is_missing_is_named()
    {
        for (var i = 0; i < 500; i++) SellMilk();
        var ids = Entries.Count;
        // Past the roots of all tables and indexes, which stand first: there are rows.
        var rows = Scalar("SELECT max(rootpage) FROM sqlite_schema") + 3;
        Agent.Dispose();
        Overwrite(LedgerFile, rows * Page, 10 * Page);
        Agent = Agent.Open(Options, Time);
        var report = Agent.Salvaged!;
        Assert.That(report.Entries + report.UnreadableCount, Is.EqualTo(ids));
        Assert.That(report.UnreadableCount, Is.InRange(1, 490));
        Assert.That(report.Words, Does.Contain($"{report.UnreadableCount} could not be read: positions {report.Unreadable}"));
        Assert.That(Entries, Has.Count.EqualTo(report.Entries));
        Assert.That(Broken(), Is.Empty);
        Assert.That(Agent.Verifier.Verify().Single(result => result.Id == "S23").Detail, Does.Contain(report.Words));
    }

    [Test]
    public void What_stands_in_the_log_alone_is_saved_too()
    {
        for (var i = 0; i < 20; i++) SellMilk();

        // As the power leaves them: the log was not taken into the file.
        var (file, log) = (File.ReadAllBytes(LedgerFile), File.ReadAllBytes(LedgerFile + "-wal"));
        Agent.Dispose();
        File.WriteAllBytes(LedgerFile, file);
        File.WriteAllBytes(LedgerFile + "-wal", log);
        Overwrite(LedgerFile, 0, 100);
        Overwrite(LedgerFile + "-wal", 0, 8);
        Agent = Agent.Open(Options, Time);
        Assert.That((Agent.Salvaged?.Entries ?? Agent.Ledger.HelloState().LastSequence, Agent.Salvaged?.UnreadableCount ?? 0), Is.EqualTo((20L, 0L)));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_rotted_log_that_SQLite_passes_over_is_a_rollback()
    {
        for (var i = 0; i < 20; i++) SellMilk();
        var (file, log) = (File.ReadAllBytes(LedgerFile), File.ReadAllBytes(LedgerFile + "-wal"));
        Agent.Dispose();
        File.WriteAllBytes(LedgerFile, file);
        File.WriteAllBytes(LedgerFile + "-wal", log);
        Overwrite(LedgerFile + "-wal", log.Length - 20_000, 10);
        Agent = Agent.Open(Options, Time);
        Assert.That((Agent.Ledger.HelloState().Fork!.Code, Agent.Ledger.HelloState().LastSequence), Is.EqualTo(("LOCAL_ROLLBACK", 19L)).Or.Matches<(string Code, long Last)>(found => found.Code == "LOCAL_ROLLBACK" && found.Last < 20));
        SellMilk();
        Assert.That(Broken(), Is.Empty);
    }

    [TestCase(0)]
    [TestCase(Page)]
    [TestCase(10 * Page)]
    [TestCase(-1)]
    public void A_ledger_cut_short_or_gone_starts_from_what_is_left(int length)
    {
        for (var i = 0; i < 100; i++) SellMilk();
        Agent.Dispose();
        if (length < 0) File.Delete(LedgerFile);
        else using (var file = File.OpenWrite(LedgerFile)) file.SetLength(length);
        Agent = Agent.Open(Options, Time);
        Assert.That(Agent.Salvaged!.Entries + Agent.Salvaged.UnreadableCount, Is.EqualTo(100));
        Assert.That((Agent.Ledger.Identity.DeviceCode, Agent.Ledger.HelloState().Fork!.Code, SellMilk().Receipt!.Number), Is.EqualTo(("T1", "LEDGER_SALVAGED", 1)));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_long_entry_is_followed_through_its_pages()
    {
        Sell([.. Enumerable.Range(0, 900).Select(i => new SaleDraftLine(Code($"LOOSE-{i}"), Quantity.Each(1), Eur(i), Description: $"thing {i}", Unknown: true))]);
        SellMilk();
        var before = Bytes();
        Assert.That(before[0], Has.Length.GreaterThan(3 * Page));
        Agent.Dispose();
        Overwrite(LedgerFile, 0, 100);
        Agent = Agent.Open(Options, Time);
        Assert.That(Bytes(), Is.EqualTo(before));
    }

    [Test]
    public void An_entry_whose_bytes_rotted_is_named_does_not_stop_the_lane_and_is_left_behind_by_the_repair()
    {
        for (var i = 0; i < 9; i++) SellMilk();
        Tamper("DROP TRIGGER entry_is_never_changed; UPDATE entry SET bytes = zeroblob(length(bytes)) WHERE position = 5");
        Assert.That(() => Agent.Outbox.ReadBatch(0, 100, 1 << 20), Throws.TypeOf<LedgerException>().With.Property("NextStep").Contains("edgeretail repair"));
        Assert.That(Agent.Queries.Status().Warnings.Single().NextStep, Does.Contain("edgeretail repair"));
        SellMilk();
        Reopen();
        Assert.That((Agent.Salvaged!.Entries, Agent.Salvaged.Unreadable), Is.EqualTo((9L, "5")));
        Assert.That(Agent.Outbox.ReadBatch(0, 100, 1 << 20)!.Entries, Has.Count.EqualTo(9));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_repair_that_finds_nothing_changes_nothing()
    {
        for (var i = 0; i < 9; i++) SellMilk();
        Agent.WantRepair(Options);
        Reopen();
        Assert.That((Agent.Salvaged, Agent.IsRepairWanted, Agent.Ledger.HelloState().Fork), Is.EqualTo(((SalvageReport?)null, false, (EdgeAgent.Ledger.ForkReason?)null)));
        Assert.That(SellMilk().Receipt!.ToString(), Is.EqualTo("T1-1-000010"));
        Assert.That(System.IO.Directory.GetDirectories(Directory, "damaged-*"), Is.Empty);
    }

    [Test]
    public void Every_damage_has_a_folder_of_its_own()
    {
        SellMilk();
        for (var i = 1; i <= 3; i++)
        {
            Agent.Dispose();
            Overwrite(LedgerFile, 0, 100);
            Agent = Agent.Open(Options, Time);
            SellMilk();
            Assert.That((Agent.Salvaged!.Entries, System.IO.Directory.GetDirectories(Directory, "damaged-*").Length), Is.EqualTo(((long)i, i)));
        }
    }

    /// <summary>What stands on the disk when the power goes between two steps of a salvage, and after it.</summary>
    [TestCase("begun")]
    [TestCase("one file moved")]
    [TestCase("all files moved")]
    [TestCase("half built")]
    [TestCase("new ledger in place")]
    public void A_salvage_that_was_cut_off_goes_on_at_the_next_start(string cutOff)
    {
        for (var i = 0; i < 50; i++) SellMilk();
        var before = Bytes();
        Agent.Dispose();
        Overwrite(LedgerFile, 0, 100);
        File.WriteAllBytes(LedgerFile + "-shm", [1, 2, 3]);
        const string Folder = "damaged-20260601T100000Z";
        var folder = System.IO.Directory.CreateDirectory(Path.Combine(Directory, Folder)).FullName;
        var salvaging = Path.Combine(Directory, "salvaging");
        if (cutOff == "new ledger in place")
        {
            System.IO.Directory.Delete(folder);
            Agent = Agent.Open(Options, Time);
            Assert.That(Agent.Salvaged!.Folder, Is.EqualTo(Folder));
            Agent.Dispose();
            File.WriteAllText(salvaging, $"{Folder}\nbuilding\nfile is not a database\n");
        }
        else
        {
            File.WriteAllText(salvaging, $"{Folder}\n{(cutOff == "half built" ? "building" : "moving")}\nfile is not a database\n");
            if (cutOff != "begun") File.Move(LedgerFile, Path.Combine(folder, "ledger.db"));
            if (cutOff is "all files moved" or "half built") File.Move(LedgerFile + "-shm", Path.Combine(folder, "ledger.db-shm"));
            if (cutOff == "half built") File.WriteAllBytes(LedgerFile + ".new", new byte[5000]);
        }

        Agent = Agent.Open(Options, Time);
        Assert.That((Agent.Salvaged!.Folder, Agent.Salvaged.Entries, File.Exists(salvaging)), Is.EqualTo((Folder, 50L, false)));
        Assert.That(Bytes(), Is.EqualTo(before));
        Assert.That(System.IO.Directory.GetFiles(Directory, "ledger.db.new*"), Is.Empty);
        SellMilk();
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void Enrolling_again_says_whose_a_damaged_ledger_is_and_saves_its_entries()
    {
        for (var i = 0; i < 9; i++) SellMilk();
        Agent.Dispose();
        File.Delete(Path.Combine(Directory, "identity.json"));
        Overwrite(LedgerFile, 0, 100);
        Assert.That(Assert.Throws<LedgerException>(() => Agent.Open(Options, Time))!.Code, Is.EqualTo(LedgerException.Damaged));
        Agent.Enrol(Options, Time, Enrolment());
        Agent = Agent.Open(Options, Time);
        Assert.That((Entries.Count, Agent.Ledger.HelloState().Fork!.Code), Is.EqualTo((9, "LEDGER_SALVAGED")));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void The_copy_of_the_identity_holds_no_secret_and_is_for_its_owner_alone()
    {
        var copy = Path.Combine(Directory, "identity.json");
        Assert.That(File.ReadAllText(copy), Does.Contain("\"deviceCode\": \"T1\"").And.Not.Contain("erd_secret"));
        Assert.That(File.GetUnixFileMode(copy), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public void Missing_positions_are_told_in_ranges()
    {
        Assert.That(SalvageReport.Missing(1, 10, [1, 2, 5, 6, 10]), Is.EqualTo((5L, "3-4, 7-9")));
        Assert.That(SalvageReport.Missing(3, 6, [5]), Is.EqualTo((3L, "3-4, 6")));
        Assert.That(SalvageReport.Missing(1, 3, [1, 2, 3]), Is.EqualTo((0L, "")));
        Assert.That(SalvageReport.Missing(1, 3, []), Is.EqualTo((3L, "1-3")));
    }

    CommandResult.Recorded SellBasket() => Recorded(Agent.Commands.Execute(
        new RecordSale(Basket, "ann", [new(Milk, Quantity.Each(2), Eur(129), Description: "milk", Unknown: true)], TenderKind.Cash)));

    List<byte[]> Bytes() => [.. Agent.Outbox.ReadBatch(0, 1000, int.MaxValue)!.Entries.Select(bytes => bytes.ToArray())];

    static void Overwrite(string path, long at, int length)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.Write(file, Enumerable.Repeat((byte)'x', length).ToArray(), at);
    }
}
