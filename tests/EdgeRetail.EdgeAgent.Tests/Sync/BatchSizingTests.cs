using EdgeRetail.EdgeAgent.Sync;

namespace EdgeRetail.EdgeAgent.Tests.Sync;

sealed class BatchSizingTests
{
    [TestCase(2000, 1_000_000, 1000, 500_000)]
    [TestCase(3, 100, 1, 50)]
    [TestCase(2, 1, 1, 1)]
    public void Half_of_what_was_tried_comes_next(int entries, int bytes, int halfEntries, int halfBytes) =>
        Assert.That(BatchSizing.HalfOf(entries, bytes), Is.EqualTo(new BatchSizing(halfEntries, halfBytes)));

    [Test]
    public void One_entry_has_no_half() => Assert.That(BatchSizing.HalfOf(1, 300_000), Is.Null);

    [Test]
    public void It_doubles_without_overflow()
    {
        var sizing = new BatchSizing(1, 1);
        for (var i = 0; i < 40; i++) sizing = sizing.Grown();
        Assert.That(sizing, Is.EqualTo(BatchSizing.Unlimited));
    }
}
