using EdgeRetail.Contracts.Entries;
using EdgeRetail.EdgeAgent.Commands;

namespace EdgeRetail.EdgeAgent.Tests.Health;

sealed class LedgerVerifierTests : AgentFixture
{
    [SetUp]
    public void Sold()
    {
        for (var i = 0; i < 300; i++) SellMilk();
        Recorded(Agent.Commands.Execute(new RecordRefund(null, "ann", [new(default, Quantity.Each(1), new("T1", "1", 2), 1)], "", TenderKind.Cash)));
        Recorded(Agent.Commands.Execute(new MoveCash(null, "ann", CashMovementKind.In, Eur(1), "")));
        Agent.Outbox.Acknowledge(100, Agent.Ledger.ChainAt(100)!.Value, 50, []);
    }

    [Test]
    public void A_sound_ledger_holds_every_invariant_that_a_device_can_show()
    {
        var results = Agent.Verifier.Verify();
        Assert.That(results.Where(result => result.Holds != true), Is.Empty);
        Assert.That(results.Select(result => result.Id), Is.EqualTo(new[] { "S2", "S3", "S4", "S10", "S15", "S17", "S18", "S19", "S21", "S22", "S23", "S24" }));
        Assert.That(results.Select(result => result.Detail), Has.All.Not.Empty);
    }

    [TestCase("S2,S10", "UPDATE entry SET bytes = zeroblob(length(bytes)) WHERE position = 7")]
    [TestCase("S2", "UPDATE entry SET entry_id = randomblob(16) WHERE position = 7")]
    [TestCase("S4", "UPDATE entry SET bytes = (SELECT bytes FROM entry WHERE position = 8), hash = (SELECT hash FROM entry WHERE position = 8) WHERE position = 7", Description = "and its hash, as a forger would")]
    [TestCase("S4", "DELETE FROM entry WHERE position = 9")]
    [TestCase("S4", "DELETE FROM entry WHERE position = 302", Description = "the last one")]
    [TestCase("S4", "UPDATE chain_checkpoint SET chain = zeroblob(32)")]
    [TestCase("S4", "UPDATE stream SET acknowledged_chain = zeroblob(32)")]
    [TestCase("S4", "UPDATE stream SET last_chain = zeroblob(32)")]
    [TestCase("S4", "UPDATE stream SET durable_through = 101")]
    [TestCase("S15", "UPDATE pending_row SET adjustment = 2 * adjustment WHERE position = 11")]
    [TestCase("S15", "INSERT INTO pending_row SELECT position, 'TWICE', store_id, adjustment FROM pending WHERE position = 11")]
    [TestCase("S15", "DELETE FROM pending_row WHERE position = 12")]
    [TestCase("S15", "UPDATE pending_row SET position = 999 WHERE position = 12")]
    [TestCase("S17", "UPDATE pending_row SET store_id = 2 WHERE position = 13")]
    [TestCase("S3", "UPDATE identity SET device_id = 8")]
    [TestCase("S19", "UPDATE refunded SET amount_minor = 1")]
    [TestCase("S19", "DELETE FROM refunded")]
    [TestCase("S21", "DELETE FROM entry WHERE position = 200")]
    [TestCase("S23", "DELETE FROM entry WHERE position = 14")]
    [TestCase("S23", "DELETE FROM entry WHERE position = 302")]
    [TestCase("S24", "UPDATE receipt SET number = 1000 WHERE number = 301")]
    [TestCase("S24", "UPDATE receipt SET position = 16 WHERE number = 15")]
    [TestCase("S24", "DELETE FROM receipt WHERE number = 17")]
    [TestCase("S24", "UPDATE identity SET next_receipt_number = 301")]
    public void Whatever_is_changed_behind_its_back_is_noticed(string ids, string sql)
    {
        Tamper("DROP TRIGGER entry_is_never_changed; DROP TRIGGER entry_is_never_deleted");
        Tamper(sql);
        var broken = Agent.Verifier.Verify().Where(result => result.Holds == false).ToList();
        Assert.That(broken.Select(result => result.Id), Is.SupersetOf(ids.Split(',')), string.Join('\n', broken));
        Assert.That(broken.Select(result => result.Detail), Has.All.Not.Empty);
    }

    [Test]
    public void A_damaged_page_is_named_and_what_can_be_said_is_said()
    {
        Agent.Dispose();
        var root = Scalar("SELECT rootpage FROM sqlite_master WHERE name = 'command'");
        using (var file = File.OpenWrite(LedgerFile))
        {
            file.Position = (root - 1) * 4096;
            file.Write(new byte[100]);
        }

        Agent = Agent.Open(Options with { CheckBeforeStartBytesMax = 0 }, Time);
        var results = Agent.Verifier.Verify();
        Assert.That(results.Single(result => result.Id == "S23").Holds, Is.False);
        Assert.That(results.SingleOrDefault(result => result.Id == "S4")?.Holds, Is.True, string.Join("\n", results.Select(result => $"{result.Id}: {result.Detail}")));
    }

    [Test]
    public void A_clock_ahead_of_the_time_is_noticed()
    {
        Time.SetWall(Time.GetUtcNow().AddSeconds(-59));
        Assert.That(Broken(), Is.Empty);
        Tamper("UPDATE identity SET last_good_time_ms = 0");
        Agent.Dispose();
        Time.SetWall(Time.GetUtcNow().AddSeconds(-60));
        Agent = Agent.Open(Options, Time);
        Assert.That(Agent.Verifier.Verify().Single(result => result.Id == "S18").Holds, Is.False);
    }
}
