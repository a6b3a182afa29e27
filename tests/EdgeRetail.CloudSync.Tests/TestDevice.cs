using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.Contracts.Wire;
using Google.Protobuf;
using ClockQuality = EdgeRetail.Contracts.Entries.ClockQuality;
using GoodsReceived = EdgeRetail.Contracts.Entries.GoodsReceived;
using ReceiptNumber = EdgeRetail.Contracts.Identifiers.ReceiptNumber;
using SaleLine = EdgeRetail.Contracts.Entries.SaleLine;
using SaleRecorded = EdgeRetail.Contracts.Entries.SaleRecorded;
using StockCounted = EdgeRetail.Contracts.Entries.StockCounted;
using StockLine = EdgeRetail.Contracts.Entries.StockLine;

namespace EdgeRetail.CloudSync.Tests;

/// <summary>A device as the cloud sees it: entries with their hashes and chain, in memory.</summary>
public sealed class TestDevice(DeviceId device, string token, StreamId stream, StoreId store)
{
    static readonly Currency Euro = Currency.Parse("EUR");

    readonly List<EncodedEntry> entries = [];
    List<ChainHash> chains = [ChainHash.Start(stream)];
    StreamId stream = stream;
    HybridTimestamp hlc = new(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), 0);

    public DeviceId Device => device;

    public string Token => token;

    public StreamId Stream => stream;

    public StoreId Store => store;

    public long LastSequence => entries.Count;

    public IReadOnlyList<EncodedEntry> Entries => entries;

    public byte[] SessionToken { get; set; } = [];

    public ChainHash ChainAt(long sequence) => chains[(int)sequence];

    /// <summary>The header of the next entry; a step back or ahead moves its clock.</summary>
    public EntryHeader NextHeader(TimeSpan? clockStep = null)
    {
        hlc = clockStep is { } step ? new(hlc.Milliseconds + (long)step.TotalMilliseconds, 0) : HybridClock.Send(hlc, 0);
        return new(store, 1, device, "ann", hlc, DateTimeOffset.FromUnixTimeMilliseconds(hlc.Milliseconds), 42, entries.Count, ClockQuality.Trusted, DateOnly.FromDateTime(DateTime.UnixEpoch.AddMilliseconds(hlc.Milliseconds)), "2026a");
    }

    public EncodedEntry Sell(string product = "A", long thousandths = 1000, long amount = 199) => Append(new SaleRecorded(
        NextHeader(), new ReceiptNumber("T1", "1", entries.Count + 1), [new SaleLine(ProductCode.Parse(product), new(thousandths, Unit.Each), new(amount, Euro), new(amount, Euro))], new(amount, Euro), []));

    public EncodedEntry Receive(params (string Product, long Thousandths)[] lines) => Append(new GoodsReceived(
        NextHeader(), "delivery", [.. lines.Select(line => new StockLine(ProductCode.Parse(line.Product), new(line.Thousandths, Unit.Each)))]));

    public EncodedEntry Count(params (string Product, long Thousandths)[] lines) => Append(new StockCounted(
        NextHeader(), null, [.. lines.Select(line => new StockLine(ProductCode.Parse(line.Product), new(line.Thousandths, Unit.Each)))]));

    /// <summary>Its clock goes on, or back, before the next entry.</summary>
    public void Wait(TimeSpan time) => hlc = new(hlc.Milliseconds + (long)time.TotalMilliseconds, 0);

    public EncodedEntry Append(Entry entry) => Append(EntryCodec.Encode(entry));

    /// <summary>Appends bytes that need not be an entry.</summary>
    public EncodedEntry Append(byte[] bytes) => Append(new EncodedEntry(EntryId.OfUndecodable(Hash256.Of(bytes)), bytes, Hash256.Of(bytes)));

    public EncodedEntry Append(EncodedEntry entry)
    {
        entries.Add(entry);
        chains.Add(chains[^1].Append(entries.Count, entry.Hash));
        return entry;
    }

    /// <summary>As if the last entry had not been made.</summary>
    public void Forget(EncodedEntry last)
    {
        Assert.That(entries[^1], Is.SameAs(last));
        entries.RemoveAt(entries.Count - 1);
        chains.RemoveAt(chains.Count - 1);
    }

    public Hello Hello(long storeCursor = 0, byte[]? storeHash = null) => new()
    {
        ProtocolMin = ProtocolLimits.ProtocolMin, ProtocolMax = ProtocolLimits.ProtocolMax,
        Token = ByteString.CopyFrom(SessionToken), Stream = ByteString.CopyFrom(stream.ToByteArray()),
        LastSequence = (ulong)LastSequence, LastChain = ByteString.CopyFrom(ChainAt(LastSequence).ToByteArray()),
        StoreCursor = new() { Version = (ulong)storeCursor, Hash = ByteString.CopyFrom(storeHash ?? []) },
        SoftwareVersion = "test", Store = (uint)store.Value, AssignmentVersion = 1, Outbox = new() { Count = (ulong)LastSequence },
    };

    /// <summary>A batch of entries from the first sequence through the last.</summary>
    public Batch Batch(long first, long last)
    {
        var batch = new Batch
        {
            Token = ByteString.CopyFrom(SessionToken), Stream = ByteString.CopyFrom(stream.ToByteArray()), Store = (uint)store.Value,
            FirstSequence = (ulong)first, ChainBefore = ByteString.CopyFrom(ChainAt(first - 1).ToByteArray()),
        };
        for (var sequence = first; sequence <= last; sequence++) batch.Entries.Add(UnsafeByteOperations.UnsafeWrap(entries[(int)sequence - 1].Bytes));
        return batch;
    }

    /// <summary>The same entries under another stream.</summary>
    public void Restamp(StreamId opened)
    {
        stream = opened;
        chains = [ChainHash.Start(opened)];
        foreach (var entry in entries) chains.Add(chains[^1].Append(chains.Count, entry.Hash));
    }

    /// <summary>The same device on a copy of its disk: from here on the two ledgers part.</summary>
    public TestDevice Copy()
    {
        var copy = new TestDevice(device, token, stream, store) { SessionToken = SessionToken };
        foreach (var entry in entries) copy.Append(entry);
        return copy;
    }
}
