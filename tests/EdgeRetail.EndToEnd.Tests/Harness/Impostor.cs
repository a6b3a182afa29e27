using System.Text.Json;
using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.Contracts.Wire;
using Google.Protobuf;

namespace EdgeRetail.EndToEnd.Tests.Harness;

/// <summary>
/// Speaks for a device that does not run, with its ledger and its token: what it says to the cloud may be wrong, what the
/// cloud answers is kept in the ledger as the agent would, so that the agent can go on afterwards.
/// </summary>
sealed class Impostor
{
    readonly Kiosk kiosk;
    readonly string address;
    readonly LedgerFile ledger;
    readonly History history;

    public Impostor(Shop shop, Kiosk kiosk, Replica? replica = null)
    {
        Assert.That(kiosk.IsRunning, Is.False, $"{kiosk.Code} runs and speaks for itself");
        (this.kiosk, address, ledger, history) = (kiosk, (replica ?? shop.Replica).GrpcAddress, kiosk.Ledger, shop.History);
        DeviceToken = JsonDocument.Parse(File.ReadAllText(shop.EnrolmentFile(kiosk))).RootElement.GetProperty("token").GetString()!;
        Stream = StreamId.Read(ledger.Bytes("select stream_id from stream where is_current = 1")!);
    }

    public string DeviceToken { get; }

    public StreamId Stream { get; }

    public long LastSequence => ledger.Scalar<long>("select last_sequence from stream where is_current = 1");

    public SyncCall Open() => new(address, DeviceToken, ack => history.Acknowledge(kiosk.Code, Stream.Value, (long)ack.AppliedThrough, Convert.ToHexStringLower(ack.AppliedChain.Span)));

    /// <summary>What the device would say of itself.</summary>
    public Hello Hello() => new()
    {
        ProtocolMin = ProtocolLimits.ProtocolMin,
        ProtocolMax = ProtocolLimits.ProtocolMax,
        Token = SyncCall.Bytes(ledger.Bytes("select session_token from identity")),
        Stream = ByteString.CopyFrom(Stream.ToByteArray()),
        LastSequence = (ulong)LastSequence,
        LastChain = SyncCall.Bytes(ledger.Bytes("select last_chain from stream where is_current = 1")),
        AcknowledgedThrough = (ulong)ledger.Scalar<long>("select acknowledged_through from stream where is_current = 1"),
        AcknowledgedChain = SyncCall.Bytes(ledger.Bytes("select acknowledged_chain from stream where is_current = 1")),
        OldestRetained = 1,
        StoreCursor = Cursor(1),
        CatalogueCursor = Cursor(2),
        Incarnation = SyncCall.Bytes(ledger.Bytes("select incarnation from identity")),
        BootId = 1,
        MonotonicMs = 1,
        WallTimeMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
        ClockQuality = Contracts.Sync.V1.ClockQuality.Trusted,
        SoftwareVersion = "0.0.0-impostor",
        EntrySchemaVersion = ProtocolLimits.EntrySchemaVersion,
        Outbox = new(),
        Store = (uint)kiosk.Store,
        AssignmentVersion = 1,
    };

    /// <summary>Hello, and Resume where the cloud stands; the token is kept.</summary>
    public async Task<(SyncCall Call, Welcome Welcome)> ResumedAsync()
    {
        var call = Open();
        var welcome = await call.HelloAsync(Hello());
        Assert.That(welcome.Verdict, Is.EqualTo(Verdict.Resume));
        Keep(welcome);
        await call.ResumeAsync((long)welcome.AppliedThrough + 1);
        return (call, welcome);
    }

    /// <summary>The entries of these sequences as the ledger has them, under the session of the welcome.</summary>
    public Batch Batch(Welcome welcome, long first, long last) => Batch(welcome, first, Entries(first, last));

    public Batch Batch(Welcome welcome, long first, IEnumerable<byte[]> entries)
    {
        var batch = new Batch
        {
            Token = welcome.Token,
            Stream = ByteString.CopyFrom(Stream.ToByteArray()),
            Store = (uint)kiosk.Store,
            FirstSequence = (ulong)first,
            ChainBefore = ByteString.CopyFrom(ChainAt(first - 1).ToByteArray()),
        };
        batch.Entries.AddRange(entries.Select(ByteString.CopyFrom));
        return batch;
    }

    public IReadOnlyList<byte[]> Entries(long first, long last) =>
        ledger.Rows(
            "select e.bytes from entry e, stream s where s.is_current = 1 and e.position between s.base_position + $first and s.base_position + $last order by e.position",
            reader => reader.GetFieldValue<byte[]>(0),
            ("$first", first), ("$last", last));

    /// <summary>Computed anew from the entries: the ledger's own figures are not asked.</summary>
    public ChainHash ChainAt(long sequence)
    {
        var chain = ChainHash.Start(Stream);
        var next = 1L;
        foreach (var bytes in Entries(1, sequence)) chain = chain.Append(next++, Hash256.Of(bytes));
        return chain;
    }

    /// <summary>Puts bytes into the ledger as its next entry, whatever they are, with no stock that anybody could read; its sequence.</summary>
    public long Append(byte[] bytes)
    {
        var decoding = EntryCodec.Decode(bytes);
        var (store, kind) = decoding switch
        {
            EntryDecoding.Decoded { Entry: var entry } => (entry.Header.Store.Value, (int)entry.Kind),
            EntryDecoding.UnknownKind unknown => (unknown.Header.Store.Value, unknown.Kind),
            _ => (kiosk.Store, 0),
        };
        var sequence = LastSequence + 1;
        var chain = ChainAt(sequence - 1).Append(sequence, decoding.Hash);
        ledger.Write(execute =>
        {
            execute(
                "insert into entry (position, entry_id, store_id, kind, bytes, hash) select base_position + $sequence, $id, $store, $kind, $bytes, $hash from stream where is_current = 1",
                [("$sequence", sequence), ("$id", decoding.Id.ToByteArray()), ("$store", store), ("$kind", kind), ("$bytes", bytes), ("$hash", decoding.Hash.ToByteArray())]);
            execute(
                "insert into pending_row (position, product, store_id, adjustment) select base_position + $sequence, '', $store, 0 from stream where is_current = 1",
                [("$sequence", sequence), ("$store", store)]);
            execute("update stream set last_sequence = $sequence, last_chain = $chain where is_current = 1", [("$sequence", sequence), ("$chain", chain.ToByteArray())]);
        });
        return sequence;
    }

    /// <summary>A well-formed header for an entry to forge, a millisecond after the entry of that sequence.</summary>
    public EntryHeader HeaderAfter(long sequence)
    {
        var last = (EntryDecoding.Decoded)EntryCodec.Decode(Entries(sequence, sequence)[0]);
        return last.Entry.Header with { Hlc = new(last.Entry.Header.Hlc.Milliseconds + 1, 0) };
    }

    void Keep(Welcome welcome) =>
        ledger.Write(execute => execute(
            "update identity set session_token = $token, incarnation = $incarnation",
            [("$token", welcome.Token.ToByteArray()), ("$incarnation", welcome.Incarnation.ToByteArray())]));

    FeedCursor Cursor(int feed)
    {
        var rows = ledger.Rows("select version, hash from feed where feed = $feed", reader => (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)), ("$feed", feed));
        return rows.Count == 0
            ? new() { Hash = ByteString.CopyFrom(new byte[32]) }
            : new() { Version = (ulong)rows[0].Item1, Hash = ByteString.CopyFrom(rows[0].Item2) };
    }
}
