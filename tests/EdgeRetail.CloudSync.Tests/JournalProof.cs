using EdgeRetail.Contracts.Identifiers;
using Microsoft.EntityFrameworkCore;

namespace EdgeRetail.CloudSync.Tests;

/// <summary>What must be true of a cloud database at every moment, checked row by row from the tables alone.</summary>
public static class JournalProof
{
    public static async Task HoldsAsync(TestShop shop)
    {
        await using var context = shop.Context();
        await StreamsAsync(context);
        foreach (var head in await context.StoreHeads.AsNoTracking().ToListAsync()) await StoreAsync(context, head.StoreId, head.Version, head.Hash);
    }

    /// <summary>Journal and stream_sequence are 1..A of every stream, and its chain recomputes.</summary>
    static async Task StreamsAsync(CloudSync.Storage.CloudDbContext context)
    {
        var streams = await context.Streams.AsNoTracking().Select(row => new { row.StreamId, row.AppliedThrough, row.AppliedChain }).ToListAsync();
        streams.AddRange(await context.StoreStreams.AsNoTracking().Select(row => new { row.StreamId, row.AppliedThrough, row.AppliedChain }).ToListAsync());
        foreach (var stream in streams)
        {
            var hashes = await context.Journal.Where(row => row.StreamId == stream.StreamId).ToDictionaryAsync(row => row.Sequence, row => row.Hash);
            foreach (var row in await context.StreamSequences.Where(row => row.StreamId == stream.StreamId).ToListAsync())
            {
                if (hashes.TryGetValue(row.Sequence, out var same)) Assert.That(row.EntryHash, Is.EqualTo(same), "A sequence is one entry.");
                hashes[row.Sequence] = row.EntryHash;
            }

            Assert.That(hashes.Keys.Order(), Is.EqualTo(Enumerable.Range(1, (int)stream.AppliedThrough).Select(i => (long)i)), $"Sequences of stream {stream.StreamId}");
            var chain = ChainHash.Start(new(stream.StreamId));
            for (var sequence = 1L; sequence <= stream.AppliedThrough; sequence++) chain = chain.Append(sequence, Hash256.Read(hashes[sequence]));
            Assert.That(chain.ToByteArray(), Is.EqualTo(stream.AppliedChain));
        }
    }

    /// <summary>Versions are explained by the journal, effects run on, stock is their sum, and the feed hash recomputes at every commit.</summary>
    static async Task StoreAsync(CloudSync.Storage.CloudDbContext context, int store, long version, byte[] hash)
    {
        var journal = await context.Journal.AsNoTracking().Where(row => row.StoreId == store).OrderBy(row => row.ReceivedAtVersion).ToListAsync();
        Assert.That(journal.Select(row => row.ReceivedAtVersion), Is.EqualTo(Enumerable.Range(1, (int)version).Select(i => (long)i)));
        Assert.That(journal.All(row => Hash256.Of(row.Bytes).ToByteArray().SequenceEqual(row.Hash)), Is.True);
        Assert.That(journal.All(row => row.MergedAtVersion is not null == (row.QuarantineCode is null || row.Settlement == CloudSync.Storage.SettlementKind.Replayed)), Is.True);

        var running = new Dictionary<string, long>();
        var effects = await context.Effects.AsNoTracking().Where(row => row.StoreId == store).OrderBy(row => row.Version).ThenBy(row => row.Ordinal).ToListAsync();
        Assert.That(effects.Select(effect => effect.Version).Distinct(), Is.EqualTo(journal.Select(row => row.ReceivedAtVersion)));
        foreach (var effect in effects)
        {
            Assert.That(effect.EntryId, Is.EqualTo(journal[(int)effect.Version - 1].EntryId));
            if (effect.Product is null) continue;
            running[effect.Product] = running.GetValueOrDefault(effect.Product) + effect.Delta;
            Assert.That(effect.OnHand, Is.EqualTo(running[effect.Product]));
        }

        Assert.That(await context.Stock.Where(row => row.StoreId == store).ToDictionaryAsync(row => row.Product, row => row.OnHand), Is.EquivalentTo(running));

        var (feed, before) = (FeedHash.Start, 0L);
        foreach (var commit in await context.StoreCommits.AsNoTracking().Where(row => row.StoreId == store).OrderBy(row => row.Version).ToListAsync())
        {
            feed = feed.Append(journal.Skip((int)before).Take((int)(commit.Version - before)).Select(row => new EntryId(row.EntryId)));
            Assert.That(commit.Hash, Is.EqualTo(feed.ToByteArray()));
            Assert.That(commit.EffectCount, Is.EqualTo(effects.Count(effect => effect.Version > before && effect.Version <= commit.Version)));
            before = commit.Version;
        }

        Assert.That((before, Convert.ToHexString(feed.ToByteArray())), Is.EqualTo((version, Convert.ToHexString(hash))));
    }
}
