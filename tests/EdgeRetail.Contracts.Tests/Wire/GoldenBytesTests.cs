using System.Collections;
using System.Globalization;
using System.Text;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.TestKit;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Entry = EdgeRetail.Contracts.Entries.Entry;
using EntryKind = EdgeRetail.Contracts.Entries.EntryKind;
using QuarantineCorrected = EdgeRetail.Contracts.Entries.QuarantineCorrected;

namespace EdgeRetail.Contracts.Tests.Wire;

/// <summary>
/// The bytes of every message and of every kind of entry, approved once: a device that was made today is understood for ever,
/// and its entries keep their hashes.
/// </summary>
sealed class GoldenBytesTests
{
    [Test]
    public void Every_kind_of_entry_has_the_bytes_the_hash_and_the_id_it_always_had()
    {
        var text = new StringBuilder();
        foreach (var entry in Samples.OneOfEachKind)
        {
            var encoded = EntryCodec.Encode(entry);
            text.Append(entry.Kind).Append('\n').Append(Convert.ToHexStringLower(encoded.Bytes.Span)).Append('\n').Append(encoded.Hash).Append('\n').Append(encoded.Id).Append("\n\n");
        }

        Approved.Verify(text.ToString(), "Entries");
        Assert.That(Samples.OneOfEachKind.Select(entry => entry.Kind).Distinct(), Is.EquivalentTo(Enum.GetValues<EntryKind>().Where(kind => kind != EntryKind.Unknown)));
    }

    [Test]
    public void Approved_bytes_of_entries_read_as_what_was_written()
    {
        foreach (Entry entry in Samples.OneOfEachKind)
        {
            var encoded = EntryCodec.Encode(entry);
            var decoded = (EntryDecoding.Decoded)EntryCodec.Decode(encoded.Bytes);
            var read = decoded.Entry;
            if (entry is QuarantineCorrected written)
            {
                // The comparer looks at which memory it is, not at what stands there.
                Assert.That(((QuarantineCorrected)read).Corrected.ToArray(), Is.EqualTo(written.Corrected.ToArray()));
                read = (QuarantineCorrected)read with { Corrected = written.Corrected };
            }

            Assert.That(read, Is.EqualTo(entry).UsingPropertiesComparer());
            Assert.That((decoded.Id, decoded.Hash), Is.EqualTo((encoded.Id, encoded.Hash)));
        }
    }

    [Test]
    public void Every_message_of_the_session_has_the_bytes_it_always_had()
    {
        var text = new StringBuilder();
        foreach (var message in DeviceMessages.Cast<IMessage>().Concat(CloudMessages))
        {
            text.Append(message).Append('\n').Append(Convert.ToHexStringLower(message.ToByteArray())).Append("\n\n");
            Assert.That(message.Descriptor.Parser.ParseFrom(message.ToByteArray()), Is.EqualTo(message));
        }

        Approved.Verify(text.ToString(), "Messages");
        Assert.That(DeviceMessages.Select(message => message.MessageCase), Is.EquivalentTo(Enum.GetValues<DeviceMessage.MessageOneofCase>().Where(value => value != DeviceMessage.MessageOneofCase.None)));
        Assert.That(CloudMessages.Select(message => message.MessageCase), Is.EquivalentTo(Enum.GetValues<CloudMessage.MessageOneofCase>().Where(value => value != CloudMessage.MessageOneofCase.None)));
    }

    [Test]
    public void The_samples_set_every_field_of_every_message_that_the_session_can_carry()
    {
        var carried = new HashSet<MessageDescriptor>();
        Reach(DeviceMessage.Descriptor, carried);
        Reach(CloudMessage.Descriptor, carried);
        var set = new HashSet<FieldDescriptor>();
        foreach (var message in DeviceMessages.Cast<IMessage>().Concat(CloudMessages)) Note(message, set);
        Assert.That(carried.SelectMany(message => message.Fields.InDeclarationOrder()).Where(field => !set.Contains(field)).Select(field => field.FullName), Is.Empty, "a field that no sample sets has no golden bytes");
    }

    [Test]
    public void Fields_that_this_release_does_not_know_survive_and_do_not_disturb()
    {
        var bytes = DeviceMessages[0].ToByteArray();
        byte[] later = [.. bytes, 0xA2, 0x1F, 3, 1, 2, 3];
        var read = DeviceMessage.Parser.ParseFrom(later);
        Assert.That(read.Hello, Is.EqualTo(DeviceMessages[0].Hello));
        Assert.That(read.ToByteArray(), Is.EqualTo(later));
    }

    static void Reach(MessageDescriptor message, HashSet<MessageDescriptor> reached)
    {
        if (!reached.Add(message)) return;
        foreach (var field in message.Fields.InDeclarationOrder().Where(field => field.FieldType == FieldType.Message)) Reach(field.MessageType, reached);
    }

    /// <summary>The fields that the message, and those within it, set to more than their default.</summary>
    static void Note(IMessage message, HashSet<FieldDescriptor> set)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var value = field.Accessor.GetValue(message);
            var (items, isSet) = value switch
            {
                null => ([], false),
                IMessage inner => ([inner], true),
                IDictionary map => (map.Values.OfType<IMessage>(), map.Count > 0),
                IList list => (list.OfType<IMessage>(), list.Count > 0),
                string text => ([], text.Length > 0),
                ByteString bytes => ([], !bytes.IsEmpty),
                _ => ((IEnumerable<IMessage>)[], Convert.ToDouble(value, CultureInfo.InvariantCulture) != 0),
            };
            if (isSet) set.Add(field);
            foreach (var item in items) Note(item, set);
        }
    }

    static ByteString Bytes(int count, byte first) => ByteString.CopyFrom([.. Enumerable.Range(0, count).Select(i => (byte)(first + i))]);

    static readonly DeviceMessage[] DeviceMessages =
    [
        new()
        {
            Hello = new()
            {
                ProtocolMin = 1, ProtocolMax = 1, Token = Bytes(20, 1), Stream = Bytes(16, 0x10), LastSequence = 300, LastChain = Bytes(32, 0x20), AcknowledgedThrough = 256, AcknowledgedChain = Bytes(32, 0x40),
                OldestRetained = 1, StoreCursor = new() { Version = 77, Hash = Bytes(32, 0x60) }, CatalogueCursor = new() { Version = 20_000, Hash = Bytes(32, 0x80) }, Incarnation = Bytes(16, 0xA0),
                BootId = 0x0123456789ABCDEF, MonotonicMs = 86_400_123, WallTimeMs = 1_780_308_000_000, ClockQuality = ClockQuality.Trusted,
                Offsets = { new OffsetRecord { BootId = 0x0123456789ABCDEF, OffsetMs = -250, ErrorMs = 4 } }, SoftwareVersion = "0.1.0", EntrySchemaVersion = 1, ReceiptSeries = "1", ReceiptNumber = 299,
                Outbox = new() { Count = 44, OldestWallTimeMs = 1_780_307_000_000 }, HardwareFingerprint = "pi-4-abc", SettingsVersion = 2, Store = 12, AssignmentVersion = 3,
                Fork = new() { Code = "LOCAL_ROLLBACK", Message = "The ledger is behind its high-water mark.", CommonThrough = 299 },
            },
        },
        new() { Resume = new() { FromSequence = 257, Offset = new() { BootId = 0x0123456789ABCDEF, OffsetMs = 1200, ErrorMs = 15 } } },
        new() { Batch = new() { Token = Bytes(20, 1), Stream = Bytes(16, 0x10), Store = 12, FirstSequence = 257, ChainBefore = Bytes(32, 0x40), Entries = { Bytes(3, 1), Bytes(2, 9) }, ChainCheck = 0x0102_0304_0506_0708 } },
        new() { PageApplied = new() { Feed = FeedKind.Store, Version = 80 } },
        new() { Status = new() { LastSequence = 301, Outbox = new() { Count = 1, OldestWallTimeMs = 1_780_308_000_000 }, PendingCount = 2, DiskFreeBytes = 1UL << 33, CacheDriftCount = 1, WallTimeMs = 1_780_308_000_500, Conditions = { new DeviceCondition { Code = "CLOCK_UNTRUSTED", Message = "The clock shows a time that cannot be." } }, ResyncRows = 2_000, ResyncRowsTotal = 20_000, DurableThrough = 250, OldestRetained = 3, RewindsThrough = 290 } },
        new() { SnapshotRead = new() { Feed = FeedKind.Store, AfterKey = "04006381333931", RowsMax = 2_000, LastKey = "CHEESE-1", Checksum = Bytes(16, 0x50) } },
        new() { FeedFrom = new() { Feed = FeedKind.Store, Cursor = new() { Version = 80, Hash = Bytes(32, 0x61) } } },
    ];

    static readonly ProductRegister Register = new()
    {
        Product = "04006381333931", Field = ProductField.Name, EntryId = Bytes(16, 0xD0), Value = "Alpine milk", Version = 79, BasedOn = { Bytes(16, 0xD0), Bytes(16, 0xD1) }, Lost = { Bytes(16, 0xD1) },
        Undecided = true, Waiting = { Bytes(16, 0xD2) }, Actor = "ann", Device = 345,
    };

    static readonly CloudMessage[] CloudMessages =
    [
        new()
        {
            Welcome = new()
            {
                Verdict = Verdict.Resume, Protocol = 1, Token = Bytes(20, 2), Stream = Bytes(16, 0x10), AppliedThrough = 256, AppliedChain = Bytes(32, 0x40), DurableThrough = 200, Incarnation = Bytes(16, 0xA0),
                ReceivedTimeMs = 1_780_308_000_100, ServerTimeMs = 1_780_308_000_101, Hlc = 0x019E_7D31_A100_0001,
                Limits = new() { BatchBytesMax = 1 << 20, BatchEntriesMax = 2000, BatchesInFlightMax = 2, PagesInFlightMax = 4, PacingMs = 5 },
                Settings = new() { Version = 2, Store = 12, AssignmentVersion = 3, StoreName = "Corner shop", Currency = "EUR", TimeZone = "Europe/Berlin", DayCutOffMinutes = 240, DeviceCode = "T1" }, ReceiptSeries = "2",
                StoreVersion = 80, CatalogueVersion = 20_000, Resync = { FeedKind.Store, FeedKind.Catalogue }, ReasonCode = "LEDGER_SET_BACK", Reason = "The ledger was set back.",
                Offset = new() { BootId = 0x0123456789ABCDEF, OffsetMs = -250, ErrorMs = 4 },
            },
        },
        new() { Refusal = new() { Code = "SEQUENCE_GAP", RetryClass = RetryClass.Rewind, RetryAfterMs = 250, Message = "The next sequence is 257.", AppliedThrough = 256, AppliedChain = Bytes(32, 0x40), Limit = 7 } },
        new()
        {
            Ack = new()
            {
                AppliedThrough = 300, AppliedChain = Bytes(32, 0x20), DurableThrough = 256, Incarnation = Bytes(16, 0xA0), StoreVersion = 80,
                Dispositions = { new EntryDisposition { FirstSequence = 258, Count = 2, Kind = DispositionKind.Quarantined, Code = "STORE_NOT_ASSIGNED", Reference = "q-1" } },
            },
        },
        new()
        {
            Page = new()
            {
                Feed = FeedKind.Store, Store = 12, FromVersion = 77, ToVersion = 80, Hash = Bytes(32, 0x61),
                Effects = { new Effect { VersionStep = 1, EntryId = Bytes(16, 0x30), Product = "04006381333931", DeltaThousandths = -2000, OnHandThousandths = 8000 }, new Effect { Product = "CHEESE-1", DeltaThousandths = -375, OnHandThousandths = -375 }, new Effect { VersionStep = 2, EntryId = Bytes(16, 0x31), Quarantined = true } },
                Products = { new ProductVersion { Version = 5, Code = "04006381333931", Name = "Whole milk", Brand = "Alpine", Size = "1 l", PriceMinor = 129, Currency = "EUR", Unit = QuantityUnit.Each }, new ProductVersion { Version = 6, Code = "CHEESE-1", Unit = QuantityUnit.Kilogram, Deleted = true } },
                Marker = new() { AppliedThrough = 300, AppliedChain = Bytes(32, 0x20), DurableThrough = 256 }, Checksum = Bytes(16, 0x50), Check = 0x0102030405060708,
                Settlements = { new Settlement { EntryId = Bytes(16, 0xB0), Kind = SettlementKind.Replayed, Version = 80, SettledBy = Bytes(16, 0xC0), Actor = "ann", Reason = "mended" } },
                Certificates =
                {
                    new DayCloseAnswer { CloseEntryId = Bytes(16, 0xD0), State = DayCloseState.Certified, Certificate = new() { Statement = Bytes(40, 0xE0), KeyId = "0123456789abcdef", Signature = Bytes(70, 0xF0) } },
                    new DayCloseAnswer
                    {
                        CloseEntryId = Bytes(16, 0xD1), State = DayCloseState.Gaps,
                        Gaps = { new DayCloseGap { Code = "RECEIPTS_MISSING", Message = "T1-1-000041 to 000042: no receipt has these numbers.", DeviceCode = "T1", Series = "1", First = 41, Last = 42 } },
                    },
                },
                ProductEdits = { Register },
            },
        },
        new() { Directive = new() { Reconnect = new() { AfterMs = 1500 } } },
        new()
        {
            SnapshotPage = new()
            {
                Feed = FeedKind.Store, Store = 12, AfterKey = "04006381333931", LastKey = "CHEESE-1", Head = new() { Version = 80, Hash = Bytes(32, 0x61) },
                Stock = { new StockRow { Product = "CHEESE-1", OnHandThousandths = -375, Version = 78 } }, Equal = true, RowsTotal = 20_000,
                Products = { new ProductVersion { Version = 5, Code = "CHEESE-1", Name = "Mountain cheese", PriceMinor = 1999, Currency = "EUR", Unit = QuantityUnit.Kilogram,
                    Tax = new() { RateId = "DE7", RateHundredths = 700, Inclusive = true, Rounding = TaxRounding.HalfUp }, Pack = new() { Product = "CHEESE-2", ContentThousandths = 12_500 }, TermsCheck = 0x2122232425262728 } }, Check = 0x1112131415161718,
                ProductEdits = { Register, new ProductRegister { Product = "CHEESE-1", Field = ProductField.Size, EntryId = Bytes(16, 0xD4), Removed = true, Version = 9 } },
            },
        },
    ];
}
