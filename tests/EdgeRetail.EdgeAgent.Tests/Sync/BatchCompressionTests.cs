using System.IO.Compression;
using EdgeRetail.EdgeAgent.Sync;

namespace EdgeRetail.EdgeAgent.Tests.Sync;

sealed class BatchCompressionTests : AgentFixture
{
    [TestCase(CompressionLevel.Fastest, Description = "what Grpc.Net.Client asks for")]
    [TestCase(null)]
    public void A_batch_is_no_longer_than_gzip_at_its_usual_level_makes_it_whatever_is_asked_for(CompressionLevel? asked)
    {
        for (var i = 0; i < 500; i++) SellMilk(1 + (i % 7));
        var entries = Agent.Outbox.ReadBatch(0, 1000, int.MaxValue)!.Entries.SelectMany(entry => entry.ToArray()).ToArray();
        var (usual, fastest) = (Gzipped(to => new GZipStream(to, CompressionLevel.Optimal, leaveOpen: true), entries), Gzipped(to => new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true), entries));
        var compressed = Gzipped(to => new BatchCompression().CreateCompressionStream(to, asked), entries);
        Assert.That(compressed, Has.Length.EqualTo(usual.Length).And.Length.LessThan(fastest.Length));

        using var back = new MemoryStream();
        using (var plain = new BatchCompression().CreateDecompressionStream(new MemoryStream(compressed))) plain.CopyTo(back);
        Assert.That(back.ToArray(), Is.EqualTo(entries));
    }

    static byte[] Gzipped(Func<Stream, Stream> compression, byte[] bytes)
    {
        using var to = new MemoryStream();
        using (var compressing = compression(to)) compressing.Write(bytes);
        return to.ToArray();
    }
}
