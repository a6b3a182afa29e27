using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Outbox;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Tests.Outbox;

sealed class OutboxStoreTests : AgentFixture
{
    [Test]
    public void Batches_give_every_entry_once_in_sequence_with_a_chain_that_joins()
    {
        for (var i = 0; i < 500; i++) SellMilk();
        var chain = ChainHash.Start(Stream);
        var next = 1L;
        while (Agent.Outbox.ReadBatch(next - 1, 33, 1 << 20) is { } batch)
        {
            Assert.That((batch.FirstSequence, batch.ChainBefore, batch.Store, batch.Stream), Is.EqualTo((next, chain, Store, Stream)));
            foreach (var bytes in batch.Entries) chain = chain.Append(next++, Hash256.Of(bytes.Span));
            Assert.That((batch.ChainAfter, batch.LastSequence), Is.EqualTo((chain, next - 1)));
        }

        Assert.That(next, Is.EqualTo(501));
        Assert.That(chain, Is.EqualTo(Agent.Ledger.HelloState().LastChain));
    }

    [Test]
    public void A_batch_keeps_to_its_bytes_and_has_at_least_one_entry()
    {
        for (var i = 0; i < 20; i++) SellMilk();
        var length = Agent.Outbox.ReadBatch(0, 1, 1)!.Entries.Single().Length;
        Assert.That(Agent.Outbox.ReadBatch(0, 100, 5 * (length + 4))!.Entries, Has.Count.EqualTo(5));
        Assert.That(Agent.Outbox.ReadBatch(0, 100, (5 * (length + 4)) - 1)!.Entries, Has.Count.EqualTo(4));
        Assert.That(Agent.Outbox.ReadBatch(20, 100, 1000), Is.Null);
        Assert.That(Agent.Outbox.ReadBatch(21, 100, 1000), Is.Null);
    }

    [Test]
    public void Reading_does_not_remove_and_bytes_are_the_same_at_every_reading()
    {
        for (var i = 0; i < 10; i++) SellMilk();
        var first = Agent.Outbox.ReadBatch(0, 100, 1 << 20)!;
        Reopen();
        var second = Agent.Outbox.ReadBatch(0, 100, 1 << 20)!;
        Assert.That(second.Entries.Select(bytes => bytes.ToArray()), Is.EqualTo(first.Entries.Select(bytes => bytes.ToArray())));
    }

    [Test]
    public void An_acknowledgement_moves_the_mark_and_keeps_what_it_says_of_entries()
    {
        for (var i = 0; i < 10; i++) SellMilk();
        var outcome = Agent.Outbox.Acknowledge(6, Agent.Ledger.ChainAt(6)!.Value, 2, [
            new(2, 2, DispositionKind.Quarantined, "STORE_NOT_ASSIGNED", "q-1"),
            new(4, 1, DispositionKind.Duplicate, "", ""),
            new(5, 1, DispositionKind.Exception, "BELOW_ZERO", "x-1"),
        ]);
        Assert.That(outcome, Is.EqualTo(new AcknowledgeOutcome.Accepted(6)));
        Reopen();
        var status = Agent.Queries.Status();
        Assert.That((status.Outbox.Count, status.AcknowledgedThrough, status.DurableThrough, status.QuarantinedCount), Is.EqualTo((4L, 6L, 2L, 2L)));
        Assert.That(Agent.Queries.Receipt(new("T1", "1", 3))!.DispositionCode, Is.EqualTo("STORE_NOT_ASSIGNED"));
        Assert.That(Agent.Queries.Receipt(new("T1", "1", 4))!.DispositionCode, Is.Null);
        Assert.That(Agent.Queries.Receipt(new("T1", "1", 6))!.Acknowledged, Is.True);
        Assert.That(Agent.Queries.Receipt(new("T1", "1", 7))!.Acknowledged, Is.False);
        Assert.That(Agent.Queries.Outbox(2).Select(item => (item.Sequence, item.Kind)), Is.EqualTo(new[] { (7L, EntryKind.SaleRecorded), (8L, EntryKind.SaleRecorded) }));
        Assert.That(status.PendingCount, Is.EqualTo(10), "an acknowledged entry is pending until the feed covers it");
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void The_same_acknowledgement_twice_changes_nothing()
    {
        for (var i = 0; i < 3; i++) SellMilk();
        var chain = Agent.Ledger.ChainAt(2)!.Value;
        Agent.Outbox.Acknowledge(2, chain, 2, []);
        Assert.That(Agent.Outbox.Acknowledge(2, chain, 1, []), Is.EqualTo(new AcknowledgeOutcome.Accepted(2)));
        Assert.That(Agent.Queries.Status().DurableThrough, Is.EqualTo(2), "what was durable stays so within a session");
    }

    [Test]
    public void An_acknowledgement_behind_beyond_or_of_other_content_changes_nothing()
    {
        for (var i = 0; i < 5; i++) SellMilk();
        Agent.Outbox.Acknowledge(3, Agent.Ledger.ChainAt(3)!.Value, 0, []);
        Assert.That(Agent.Outbox.Acknowledge(2, Agent.Ledger.ChainAt(2)!.Value, 0, []), Is.EqualTo(new AcknowledgeOutcome.CloudBehind(3)));
        Assert.That(Agent.Outbox.Acknowledge(6, ChainHash.Start(Stream), 0, []), Is.TypeOf<AcknowledgeOutcome.NewStreamRequired>());
        Assert.That(Agent.Outbox.Acknowledge(4, Agent.Ledger.ChainAt(5)!.Value, 0, [new(4, 1, DispositionKind.Quarantined, "X", "")]), Is.TypeOf<AcknowledgeOutcome.NewStreamRequired>());
        Assert.That(Agent.Queries.Status().AcknowledgedThrough, Is.EqualTo(3));
        Assert.That(Agent.Queries.Status().QuarantinedCount, Is.Zero);
    }

    [Test]
    public void Bytes_that_rotted_on_the_disk_are_not_sent()
    {
        for (var i = 0; i < 3; i++) SellMilk();
        Tamper("DROP TRIGGER entry_is_never_changed; UPDATE entry SET bytes = zeroblob(length(bytes)) WHERE position = 2");
        var error = Assert.Throws<LedgerException>(() => Agent.Outbox.ReadBatch(0, 10, 1000))!;
        Assert.That((error.Code, error.Message), Is.EqualTo((LedgerException.Damaged, "The ledger is damaged: the bytes at position 2 are not those that were committed.")));
        Assert.That(SellMilk().Receipt!.Number, Is.EqualTo(4), "selling goes on");
    }

    [Test]
    public void A_missing_entry_is_noticed_when_it_should_be_sent()
    {
        for (var i = 0; i < 3; i++) SellMilk();
        Tamper("PRAGMA foreign_keys = OFF; DROP TRIGGER entry_is_never_deleted; DELETE FROM entry WHERE position = 2");
        Assert.That(Assert.Throws<LedgerException>(() => Agent.Outbox.ReadBatch(0, 10, 1000))!.Code, Is.EqualTo(LedgerException.Damaged));
    }
}
