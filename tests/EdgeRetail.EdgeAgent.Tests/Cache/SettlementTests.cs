using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Outbox;

namespace EdgeRetail.EdgeAgent.Tests.Cache;

/// <summary>What operators did about own entries in quarantine comes down with the feed of the store.</summary>
sealed class SettlementTests : AgentFixture
{
    Hash256 badHash;

    [TestCase(SettlementKind.Voided, "voided by ann: a test")]
    [TestCase(SettlementKind.Replayed, "merged after all by ann: a test")]
    [TestCase(SettlementKind.Corrected, "corrected by ann: a test")]
    public void An_entry_that_an_operator_settled_no_longer_stands_in_quarantine_and_says_what_was_done(SettlementKind kind, string words)
    {
        var bad = Quarantined();
        Assert.That(Agent.Queries.Status().QuarantinedCount, Is.EqualTo(1));

        Apply(new SettlementRow(bad, kind, 1, "ann", "a test"));
        Reopen();
        Assert.That(Agent.Queries.Status().QuarantinedCount, Is.Zero);
        Assert.That(Agent.Queries.Receipt(new("T1", "1", 2))!.Settled, Is.EqualTo(words));
        Assert.That(Agent.Queries.Receipt(new("T1", "1", 1))!.Settled, Is.Null);
    }

    [Test]
    public void What_the_cloud_keeps_under_an_id_of_its_bytes_alone_is_found_by_them()
    {
        Quarantined();
        Apply(new SettlementRow(EntryId.OfUndecodable(badHash), SettlementKind.Voided, 1, "ann", ""));
        Assert.That(Agent.Queries.Receipt(new("T1", "1", 2))!.Settled, Is.EqualTo("voided by ann"));
    }

    [Test]
    public void Settlements_of_other_devices_entries_change_nothing()
    {
        Quarantined();
        Apply(new SettlementRow(new(Guid.Parse("01994d2c-5c00-8abc-8def-0123456789ab")), SettlementKind.Voided, 1, "ann", "a test"));
        Assert.That(Agent.Queries.Status().QuarantinedCount, Is.EqualTo(1));
    }

    EntryId Quarantined()
    {
        for (var i = 0; i < 3; i++) SellMilk();
        var bad = EntryCodec.Encode(Entries[1]);
        badHash = bad.Hash;
        Agent.Outbox.Acknowledge(3, Agent.Ledger.ChainAt(3)!.Value, 0, [new(2, 1, DispositionKind.Quarantined, "X", "")]);
        return bad.Id;
    }

    void Apply(SettlementRow row)
    {
        var cloudEntry = new EntryId(Guid.Parse("01994d2c-5c00-8abc-8def-0123456789ff"));
        var outcome = Agent.Cache.ApplyStorePage(new(Store, 0, 1, FeedHash.Start.Append([cloudEntry]), [new(1, cloudEntry, null, 0, 0, false)], null) { Settlements = [row] });
        Assert.That(outcome, Is.InstanceOf<PageOutcome.Applied>());
    }
}
