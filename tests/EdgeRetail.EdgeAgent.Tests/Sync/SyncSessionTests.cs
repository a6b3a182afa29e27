using System.Buffers.Binary;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Sync;
using Google.Protobuf;
using DispositionKind = EdgeRetail.Contracts.Sync.V1.DispositionKind;
using EntryDisposition = EdgeRetail.Contracts.Sync.V1.EntryDisposition;
using OwnMarker = EdgeRetail.Contracts.Sync.V1.OwnMarker;

namespace EdgeRetail.EdgeAgent.Tests.Sync;

sealed class SyncSessionTests
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    // ---- Hello

    [Test]
    public void Hello_says_everything_that_the_device_has()
    {
        var device = new ModelDevice();
        device.Append(3);
        device.Acknowledge(2);
        var run = new SessionRun(device);

        var hello = run.Sent.Single().Hello;
        Assert.Multiple(() =>
        {
            Assert.That((hello.ProtocolMin, hello.ProtocolMax), Is.EqualTo((1u, 1u)));
            Assert.That(hello.Token, Is.Empty);
            Assert.That(hello.Stream.ToByteArray(), Is.EqualTo(device.Stream.ToByteArray()));
            Assert.That((hello.LastSequence, hello.AcknowledgedThrough, hello.OldestRetained), Is.EqualTo((3ul, 2ul, 1ul)));
            Assert.That(hello.LastChain.ToByteArray(), Is.EqualTo(device.ChainAt(3)!.Value.ToByteArray()));
            Assert.That(hello.AcknowledgedChain.ToByteArray(), Is.EqualTo(device.ChainAt(2)!.Value.ToByteArray()));
            Assert.That(hello.StoreCursor, Is.EqualTo(new FeedCursor { Hash = ByteString.CopyFrom(new byte[32]) }));
            Assert.That(hello.CatalogueCursor, Is.EqualTo(hello.StoreCursor));
            Assert.That((hello.BootId, hello.MonotonicMs, hello.ClockQuality), Is.EqualTo((42ul, 1000ul, EdgeRetail.Contracts.Sync.V1.ClockQuality.Trusted)));
            Assert.That(hello.WallTimeMs, Is.EqualTo(DateTimeOffset.UnixEpoch.AddYears(56).ToUnixTimeMilliseconds()));
            Assert.That((hello.SoftwareVersion, hello.HardwareFingerprint, hello.EntrySchemaVersion), Is.EqualTo(("0.1.0", "fingerprint", 1u)));
            Assert.That((hello.ReceiptSeries, hello.ReceiptNumber), Is.EqualTo(("1", 3u)));
            Assert.That(hello.Outbox.Count, Is.EqualTo(1));
            Assert.That((hello.Store, hello.AssignmentVersion, hello.SettingsVersion), Is.EqualTo((1u, 1u, 1ul)));
        });
    }

    [Test]
    public void The_token_of_the_last_Welcome_and_the_incarnation_are_in_the_next_Hello()
    {
        var device = new ModelDevice();
        SessionRun.Established(device);
        var hello = new SessionRun(device).Sent.Single().Hello;
        Assert.That(hello.Token.ToByteArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(hello.Incarnation, Is.EqualTo(SessionRun.Incarnation()));
    }

    [Test]
    public void Nothing_but_Hello_is_sent_before_Welcome()
    {
        var run = new SessionRun(new ModelDevice()).Append(5);
        Assert.That(run.Sent, Has.Count.EqualTo(1));
        Assert.That(run.Sent[0].MessageCase, Is.EqualTo(DeviceMessage.MessageOneofCase.Hello));
    }

    [Test]
    public void A_cloud_that_does_not_answer_Hello_is_given_up()
    {
        var run = new SessionRun(new ModelDevice()).Wait(SyncSession.HelloDeadline);
        Assert.That(run.End, Is.EqualTo(new SyncEnd("CLOUD_TIMEOUT", "The cloud did not answer Hello in time.", SyncRetry.BackOff, TimeSpan.Zero)));
    }

    // ---- Welcome: who decides what

    [Test]
    public void The_token_is_persisted_before_Resume_and_Resume_is_sent_before_the_first_batch()
    {
        var run = new SessionRun(new ModelDevice()).Append(3);
        run.Say(run.WelcomeAt(0));
        Assert.That(
            run.Effects.Skip(1).Select(Short),
            Is.EqualTo(new[] { "PersistWelcome", "Send Resume", "Established", "ReadFigures", "ReadOutbox", "KeepAlive", "Send Status", "Send Batch", "ReadOutbox" }));
    }

    [TestCase(0)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(5)]
    public void It_resumes_where_the_cloud_stands_if_the_chains_agree(long applied)
    {
        var device = new ModelDevice();
        device.Append(5);
        device.Acknowledge(2);
        var run = SessionRun.Established(device, applied);
        Assert.That(run.Resumes.Single().FromSequence, Is.EqualTo((ulong)applied + 1));
        Assert.That(device.AcknowledgedThrough, Is.EqualTo(applied));
        Assert.That(run.Batches.Sum(batch => batch.Entries.Count), Is.EqualTo(5 - applied));
        Assert.That(run.Alarms, applied < 2 ? Is.EqualTo(new[] { "CLOUD_LOST_DURABLE" }) : Is.Empty, "going down below what was acknowledged is said aloud");
    }

    [Test]
    public void A_cloud_with_other_entries_in_the_stream_is_not_followed()
    {
        var device = new ModelDevice();
        device.Append(5);
        var run = new SessionRun(device);
        var welcome = run.WelcomeAt(3);
        welcome.Welcome.AppliedChain = run.Chain(4);
        run.Say(welcome);
        Assert.That((run.End?.Code, run.End?.Retry, run.End?.Fork?.Code), Is.EqualTo(("LEDGER_FORKED", SyncRetry.Hello, "LEDGER_FORKED")));
        Assert.That(device.AcknowledgedThrough, Is.Zero, "what was believed before stays");
        Assert.That(run.Batches, Is.Empty);
    }

    [Test]
    public void A_cloud_that_has_more_of_the_stream_than_the_ledger_is_not_followed()
    {
        var device = new ModelDevice();
        device.Append(2);
        var run = new SessionRun(device);
        run.Say(run.WelcomeAt(3));
        Assert.That((run.End?.Code, run.End?.Retry, run.End?.Fork?.Code), Is.EqualTo(("LEDGER_SET_BACK", SyncRetry.Hello, "LEDGER_SET_BACK")));
    }

    [Test]
    public void A_cloud_that_lost_what_the_ledger_no_longer_keeps_is_not_followed()
    {
        var device = new ModelDevice { OldestRetained = 4 };
        device.Append(5);
        device.Acknowledge(4);
        var run = new SessionRun(device);
        run.Say(run.WelcomeAt(2));
        Assert.That((run.End?.Code, run.End?.Retry, run.End?.Fork?.Code), Is.EqualTo(("CLOUD_LOST_DURABLE", SyncRetry.Hello, "CLOUD_LOST_DURABLE")));
    }

    [Test]
    public void A_fork_that_the_call_before_found_is_told_in_the_next_Hello()
    {
        var device = new ModelDevice();
        device.Append(3);
        var session = new SyncSession(BatchSizing.Unlimited, new("CHAIN_MISMATCH", "The cloud holds other entries."));
        var hello = session.Handle(new SyncInput.Connected(device.State(), new DeviceFacts("", "")), TimeSpan.Zero).OfType<SyncEffect.Send>().Single().Message.Hello;
        Assert.That(hello.Fork, Is.EqualTo(new ForkReport { Code = "CHAIN_MISMATCH", Message = "The cloud holds other entries." }));
    }

    [Test]
    public void Under_a_new_stream_everything_that_is_retained_goes_up_again_from_sequence_1()
    {
        var device = new ModelDevice();
        device.Append(5);
        device.Acknowledge(4);
        var run = new SessionRun(device);
        var stream = new StreamId(Guid.Parse("22222222-2222-4222-8222-222222222222"));
        var welcome = run.WelcomeAt(0);
        welcome.Welcome.Verdict = Verdict.NewStream;
        welcome.Welcome.Stream = ByteString.CopyFrom(stream.ToByteArray());
        welcome.Welcome.AppliedChain = ByteString.CopyFrom(ChainHash.Start(stream).ToByteArray());
        welcome.Welcome.ReceiptSeries = "2";
        (welcome.Welcome.ReasonCode, welcome.Welcome.Reason) = ("LEDGER_SET_BACK", "The ledger was set back.");
        run.Say(welcome);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(device.Stream, Is.EqualTo(stream));
            Assert.That(run.Resumes.Single().FromSequence, Is.EqualTo(1));
            Assert.That(run.Batches.Single().Stream.ToByteArray(), Is.EqualTo(stream.ToByteArray()));
            Assert.That(run.Batches.Single().ChainBefore.ToByteArray(), Is.EqualTo(ChainHash.Start(stream).ToByteArray()));
            Assert.That(Sequences(run), Is.EqualTo(new[] { (1, 5) }));
            Assert.That(run.Alarms, Is.EqualTo(new[] { "NEW_STREAM" }));
        }
    }

    static IEnumerable<TestCaseData> WelcomesThatEndTheCall() =>
    [
        Case("a new stream that has entries already", welcome => (welcome.Verdict, welcome.ReceiptSeries, welcome.AppliedThrough) = (Verdict.NewStream, "2", 1), "CLOUD_MESSAGE_INVALID", SyncRetry.BackOff),
        Case("a new stream without a receipt series", welcome => welcome.Verdict = Verdict.NewStream, "CLOUD_MESSAGE_INVALID", SyncRetry.BackOff),
        Case("another stream", welcome => welcome.Stream = ByteString.CopyFrom(new byte[16]), "STREAM_UNKNOWN", SyncRetry.Hello),
        Case("a hold", welcome => welcome.Verdict = Verdict.Hold, "CLONE_SUSPECTED", SyncRetry.Slow),
        Case("a protocol of a later release", welcome => welcome.Protocol = 2, "PROTOCOL_UNSUPPORTED", SyncRetry.Slow),
        Case("no verdict", welcome => welcome.Verdict = Verdict.Unspecified, "CLOUD_MESSAGE_INVALID", SyncRetry.BackOff),
        Case("a verdict of a later release", welcome => welcome.Verdict = (Verdict)99, "CLOUD_MESSAGE_INVALID", SyncRetry.BackOff),
        Case("no token", welcome => welcome.Token = ByteString.Empty, "CLOUD_MESSAGE_INVALID", SyncRetry.BackOff),
        Case("half a chain hash", welcome => welcome.AppliedChain = ByteString.CopyFrom(new byte[16]), "CLOUD_MESSAGE_INVALID", SyncRetry.BackOff),
        Case("an absurd sequence", welcome => welcome.AppliedThrough = ulong.MaxValue, "CLOUD_MESSAGE_INVALID", SyncRetry.BackOff),
        Case("no incarnation", welcome => welcome.Incarnation = ByteString.Empty, "CLOUD_MESSAGE_INVALID", SyncRetry.BackOff),
        Case("settings without a currency", welcome => welcome.Settings = new Settings { Version = 2, Store = 1, DeviceCode = "T1" }, "CLOUD_MESSAGE_INVALID", SyncRetry.BackOff),
        Case("a time out of range", welcome => welcome.ServerTimeMs = long.MaxValue, "CLOUD_MESSAGE_INVALID", SyncRetry.BackOff),
    ];

    static TestCaseData Case(string what, Action<Welcome> change, string code, SyncRetry retry) =>
        new TestCaseData(change, code, retry).SetArgDisplayNames(what);

    [TestCaseSource(nameof(WelcomesThatEndTheCall))]
    public void A_Welcome_that_cannot_be_followed_ends_the_call_and_persists_nothing(Action<Welcome> change, string code, SyncRetry retry)
    {
        var device = new ModelDevice();
        device.Append(2);
        var run = new SessionRun(device);
        var welcome = run.WelcomeAt(1);
        change(welcome.Welcome);
        run.Say(welcome);
        Assert.That((run.End?.Code, run.End?.Retry), Is.EqualTo((code, retry)));
        Assert.That(device.Token, Is.Empty);
        Assert.That(run.Sent, Has.Count.EqualTo(1), "only Hello was sent");
    }

    [Test]
    public void Settings_of_the_Welcome_are_persisted_with_it()
    {
        var run = new SessionRun(new ModelDevice());
        var welcome = run.WelcomeAt(0);
        welcome.Welcome.Settings = new Settings { Version = 5, Store = 1, AssignmentVersion = 2, StoreName = "Harbour", Currency = "USD", TimeZone = "UTC", DayCutOffMinutes = 0, DeviceCode = "T1" };
        run.Say(welcome);
        Assert.That(run.Effects.OfType<SyncEffect.PersistWelcome>().Single().Welcome.Settings?.StoreName, Is.EqualTo("Harbour"));
    }

    // ---- Batches

    [Test]
    public void A_fresh_sale_goes_up_at_once_by_itself_as_it_is_stored()
    {
        var device = new ModelDevice();
        var run = SessionRun.Established(device);
        device.Append("one litre of milk");
        run.Do(new SyncInput.EntriesAppended());

        var batch = run.Batches.Single();
        Assert.Multiple(() =>
        {
            Assert.That(batch.Entries.Single().ToStringUtf8(), Is.EqualTo("one litre of milk"));
            Assert.That(batch.FirstSequence, Is.EqualTo(1));
            Assert.That(batch.Store, Is.EqualTo(1));
            Assert.That(batch.Token.ToByteArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
            Assert.That(batch.Stream.ToByteArray(), Is.EqualTo(device.Stream.ToByteArray()));
            Assert.That(batch.ChainBefore, Is.EqualTo(run.Chain(0)));
            Assert.That(batch.ChainCheck, Is.EqualTo(BinaryPrimitives.ReadUInt64BigEndian(run.Chain(batch.Entries.Count).Span)));
        });
    }

    [Test]
    public void A_backlog_goes_up_in_full_batches_as_many_at_a_time_as_the_credit_allows()
    {
        var device = new ModelDevice();
        device.Append(70);
        var run = SessionRun.Established(device, limits: new Limits { BatchEntriesMax = 20, BatchBytesMax = 1 << 20, BatchesInFlightMax = 2 });
        Assert.That(Sequences(run), Is.EqualTo(new[] { (1, 20), (21, 40) }));
        run.Acknowledge(20);
        Assert.That(Sequences(run), Is.EqualTo(new[] { (1, 20), (21, 40), (41, 60) }));
        run.Acknowledge(60);
        Assert.That(Sequences(run), Is.EqualTo(new[] { (1, 20), (21, 40), (41, 60), (61, 70) }));
        Assert.That(run.Session.IsDrained, Is.False);
        run.Acknowledge(70);
        Assert.That(run.Session.IsDrained, Is.True);
        Assert.That(device.AcknowledgedThrough, Is.EqualTo(70));
    }

    [Test]
    public void Sales_that_come_while_the_credit_is_used_up_go_together_when_it_is_back()
    {
        var run = SessionRun.Established(new ModelDevice());
        run.Append().Append().Append().Append().Append();
        Assert.That(Sequences(run), Is.EqualTo(new[] { (1, 1), (2, 2) }));
        run.Acknowledge(1);
        Assert.That(Sequences(run).Last(), Is.EqualTo((3, 5)));
    }

    [Test]
    public void A_batch_has_entries_of_one_store_only()
    {
        var device = new ModelDevice();
        device.Append(2);
        device.Append("in the other shop", new StoreId(9));
        device.Append("and back");
        var run = SessionRun.Established(device);
        run.Acknowledge(2).Acknowledge(3);
        Assert.That(run.Batches.Select(batch => (batch.Store, (int)batch.FirstSequence, batch.Entries.Count)), Is.EqualTo(new[] { (1u, 1, 2), (9u, 3, 1), (1u, 4, 1) }));
    }

    [Test]
    public void Batches_keep_the_pace_that_the_cloud_names()
    {
        var device = new ModelDevice();
        device.Append(3);
        var run = SessionRun.Established(device, limits: new Limits { BatchEntriesMax = 1, BatchesInFlightMax = 3, PacingMs = 200 });
        Assert.That(run.Batches.Count(), Is.EqualTo(1));
        run.Wait(Second * 0.19);
        Assert.That(run.Batches.Count(), Is.EqualTo(1));
        run.Wait(Second * 0.02);
        Assert.That(run.Batches.Count(), Is.EqualTo(2));
    }

    [Test]
    public void A_cloud_without_limits_gets_the_protocols_own()
    {
        var device = new ModelDevice();
        device.Append(3);
        var run = SessionRun.Established(device, limits: new Limits());
        Assert.That(run.Effects.OfType<SyncEffect.ReadOutbox>().First(), Is.EqualTo(new SyncEffect.ReadOutbox(0, 5000, 1024 * 1024)));
    }

    [Test]
    public void A_ledger_whose_chain_does_not_continue_is_not_sent()
    {
        var run = SessionRun.Established(new ModelDevice());
        var other = new ModelDevice();
        other.Append("foreign");
        other.Append("entry");
        run.Do(new SyncInput.EntriesAppended());
        run.Device.Append(2);
        run.Session.Handle(new SyncInput.EntriesAppended(), run.Now);
        var batch = new EdgeRetail.EdgeAgent.Outbox.OutboxBatch(other.Stream, ModelDevice.Home, 1, other.ChainAt(1)!.Value, [other.Entries[1].Bytes], other.ChainAt(2)!.Value);
        run.Do(new SyncInput.OutboxRead(batch));
        Assert.That((run.End?.Code, run.End?.Retry), Is.EqualTo(("LEDGER_CHAIN_BROKEN", SyncRetry.Slow)));
    }

    // ---- Acknowledgements

    [Test]
    public void An_acknowledgement_is_persisted_with_what_became_of_entries()
    {
        var run = SessionRun.Established(new ModelDevice()).Append(3);
        run.Acknowledge(3, new EntryDisposition { FirstSequence = 2, Count = 1, Kind = DispositionKind.Quarantined, Code = "ENTRY_MALFORMED", Reference = "r" });
        Assert.That(run.Device.AcknowledgedThrough, Is.EqualTo(3));
        Assert.That(run.Device.DurableThrough, Is.EqualTo(2));
        Assert.That(run.Device.Dispositions.Single(), Is.EqualTo(new EdgeRetail.EdgeAgent.Outbox.EntryDisposition(2, 1, EdgeRetail.EdgeAgent.Outbox.DispositionKind.Quarantined, "ENTRY_MALFORMED", "r")));
    }

    [Test]
    public void Dispositions_of_entries_that_are_not_acknowledged_are_ignored()
    {
        var run = SessionRun.Established(new ModelDevice()).Append(3);
        run.Acknowledge(
            2,
            new EntryDisposition { FirstSequence = 3, Count = 1 },
            new EntryDisposition { FirstSequence = 0, Count = 1 },
            new EntryDisposition { FirstSequence = 2, Count = ulong.MaxValue });
        Assert.That(run.Device.Dispositions, Is.Empty);
        Assert.That(run.Device.AcknowledgedThrough, Is.EqualTo(2));
    }

    [Test]
    public void A_batch_that_is_acknowledged_in_parts_keeps_its_credit_until_the_last()
    {
        var device = new ModelDevice();
        device.Append(30);
        var run = SessionRun.Established(device, limits: new Limits { BatchEntriesMax = 10, BatchesInFlightMax = 1 });
        run.Acknowledge(4).Acknowledge(7);
        Assert.That(Sequences(run), Is.EqualTo(new[] { (1, 10) }));
        Assert.That(device.AcknowledgedThrough, Is.EqualTo(7));
        run.Acknowledge(10);
        Assert.That(Sequences(run), Is.EqualTo(new[] { (1, 10), (11, 20) }));
    }

    [Test]
    public void A_repeated_acknowledgement_changes_nothing()
    {
        var run = SessionRun.Established(new ModelDevice()).Append(3);
        run.Acknowledge(3).Acknowledge(3);
        Assert.That(run.End, Is.Null);
        Assert.That(run.Batches.Count(), Is.EqualTo(1));
    }

    [Test]
    public void An_acknowledgement_below_the_last_one_calls_for_a_new_Hello()
    {
        var run = SessionRun.Established(new ModelDevice()).Append(3);
        run.Acknowledge(3).Acknowledge(2);
        Assert.That((run.End?.Code, run.End?.Retry), Is.EqualTo(("CLOUD_WENT_BACK", SyncRetry.Hello)));
        Assert.That(run.Device.AcknowledgedThrough, Is.EqualTo(3), "only a Welcome leads downward");
    }

    [Test]
    public void An_acknowledgement_of_another_incarnation_calls_for_a_new_Hello()
    {
        var run = SessionRun.Established(new ModelDevice()).Append(1);
        run.Say(new CloudMessage { Ack = new Ack { AppliedThrough = 1, AppliedChain = run.Chain(1), Incarnation = ByteString.CopyFrom(new byte[16]) } });
        Assert.That((run.End?.Code, run.End?.Retry), Is.EqualTo(("CLOUD_WENT_BACK", SyncRetry.Hello)));
    }

    [TestCase(2L, 1L, "CHAIN_MISMATCH", SyncRetry.Hello)]
    [TestCase(5L, 3L, "CHAIN_MISMATCH", SyncRetry.Hello)]
    public void An_acknowledgement_with_another_chain_is_not_believed(long applied, long chainOf, string code, SyncRetry retry)
    {
        var run = SessionRun.Established(new ModelDevice()).Append(3);
        run.Say(new CloudMessage { Ack = new Ack { AppliedThrough = (ulong)applied, AppliedChain = run.Chain(chainOf), Incarnation = SessionRun.Incarnation() } });
        Assert.That((run.End?.Code, run.End?.Retry), Is.EqualTo((code, retry)));
        Assert.That(run.Device.AcknowledgedThrough, Is.Zero);
    }

    // ---- Pages

    [Test]
    public void Pages_are_applied_in_order_and_each_is_confirmed()
    {
        var run = SessionRun.Established(new ModelDevice());
        run.Say(run.StorePage(0, 10)).Say(CataloguePage(0, 500)).Say(run.StorePage(10, 12)).Say(CataloguePage(500, 501));
        Assert.That(run.Device.Applied.Select(page => (page.Feed, (int)page.ToVersion)), Is.EqualTo(new[] { (FeedKind.Store, 10), (FeedKind.Catalogue, 500), (FeedKind.Store, 12), (FeedKind.Catalogue, 501) }));
        Assert.That(
            run.Sent.Where(message => message.PageApplied is not null).Select(message => (message.PageApplied.Feed, (int)message.PageApplied.Version)),
            Is.EqualTo(new[] { (FeedKind.Store, 10), (FeedKind.Catalogue, 500), (FeedKind.Store, 12), (FeedKind.Catalogue, 501) }));
    }

    [Test]
    public void A_session_is_up_to_date_when_both_feeds_are_applied_as_far_as_Welcome_says()
    {
        var run = new SessionRun(new ModelDevice());
        var welcome = run.WelcomeAt(0);
        (welcome.Welcome.StoreVersion, welcome.Welcome.CatalogueVersion) = (10, 500);
        run.Say(welcome).Say(run.StorePage(0, 10)).Say(CataloguePage(0, 499));
        Assert.That(run.Session.IsUpToDate, Is.False, "one product is missing");
        run.Say(CataloguePage(499, 500));
        Assert.That(run.Session.IsUpToDate, Is.True);
    }

    [TestCase(5)]
    [TestCase(11)]
    public void A_page_that_does_not_begin_at_the_cursor_calls_for_a_new_Hello(long from)
    {
        var run = SessionRun.Established(new ModelDevice());
        run.Say(run.StorePage(0, 10)).Say(run.StorePage(from, 20));
        Assert.That((run.End?.Code, run.End?.Retry), Is.EqualTo(("PAGE_OUT_OF_ORDER", SyncRetry.Hello)));
        Assert.That(run.Device.StoreCursor.Version, Is.EqualTo(10));
    }

    [Test]
    public void A_marker_with_the_own_chain_covers_what_it_names()
    {
        var run = SessionRun.Established(new ModelDevice()).Append(3);
        run.Say(run.StorePage(0, 2, marker: 2));
        Assert.That(run.Device.Covered, Is.EquivalentTo(new[] { 1, 2 }), "coverage does not wait for the acknowledgement");
        run.Acknowledge(3).Say(run.StorePage(2, 2, marker: 3));
        Assert.That(run.Device.Covered, Is.EquivalentTo(new[] { 1, 2, 3 }), "a page without rows may carry the marker");
    }

    [TestCase(2L, 1L)]
    [TestCase(9L, 1L)]
    public void A_marker_with_another_chain_calls_for_a_new_Hello(long applied, long chainOf)
    {
        var run = SessionRun.Established(new ModelDevice()).Append(3);
        var page = run.StorePage(0, 2);
        page.Page.Marker = new OwnMarker { AppliedThrough = (ulong)applied, AppliedChain = run.Chain(chainOf) };
        run.Say(page);
        Assert.That((run.End?.Code, run.End?.Retry), Is.EqualTo(("CHAIN_MISMATCH", SyncRetry.Hello)));
        Assert.That(run.Device.StoreCursor.Version, Is.Zero, "the page was not applied");
    }

    [Test]
    public void A_marker_behind_the_acknowledgement_is_an_old_page_while_entries_are_under_way()
    {
        var run = SessionRun.Established(new ModelDevice()).Append(2);
        run.Acknowledge(2).Say(run.StorePage(0, 1, marker: 1));
        Assert.That(run.End, Is.Null);
        Assert.That(run.Device.Covered, Is.EquivalentTo(new[] { 1 }));
    }

    [Test]
    public void An_idle_device_notices_by_the_marker_that_the_cloud_went_back()
    {
        var run = SessionRun.Established(new ModelDevice()).Append(2);
        run.Acknowledge(2).Wait(SyncSession.MarkerStaleness + Second).Say(run.StorePage(0, 1, marker: 1));
        Assert.That((run.End?.Code, run.End?.Retry), Is.EqualTo(("CLOUD_WENT_BACK", SyncRetry.Hello)));
    }

    [Test]
    public void A_marker_that_stays_behind_is_no_old_page_for_ever()
    {
        var run = SessionRun.Established(new ModelDevice()).Append(2);
        run.Acknowledge(2).Say(run.StorePage(0, 1, marker: 1)).Wait(SyncSession.MarkerStaleness + Second);
        Assert.That((run.End?.Code, run.End?.Retry), Is.EqualTo(("CLOUD_WENT_BACK", SyncRetry.Hello)));
    }

    [Test]
    public void A_page_that_says_otherwise_ends_the_doubt()
    {
        var run = SessionRun.Established(new ModelDevice()).Append(2);
        run.Acknowledge(2).Say(run.StorePage(0, 1, marker: 1)).Say(run.StorePage(1, 2, marker: 2)).Wait(SyncSession.MarkerStaleness + Second);
        Assert.That(run.End, Is.Null);
    }

    [Test]
    public void What_the_cloud_says_while_the_ledger_is_asked_for_a_chain_waits_its_turn()
    {
        var device = new ModelDevice();
        device.Append(5);
        var session = new SyncSession(BatchSizing.Unlimited);
        var run = new SessionRun(device);
        session.Handle(new SyncInput.Connected(device.State(), new DeviceFacts("", "")), run.Now);
        Assert.That(session.Handle(new SyncInput.CloudSaid(run.WelcomeAt(3)), run.Now), Is.EqualTo(new[] { new SyncEffect.ReadChain(3) }));
        Assert.That(session.Handle(new SyncInput.CloudSaid(run.StorePage(0, 4)), run.Now), Is.Empty, "the page waits for the chain");
        Assert.That(session.Handle(new SyncInput.ChainRead(2, device.ChainAt(2)), run.Now), Is.Empty, "an answer that nobody asked for");
        Assert.That(session.Handle(new SyncInput.ChainRead(3, device.ChainAt(3)), run.Now).Select(Short), Is.EqualTo(new[] { "PersistWelcome" }), "the page waits for the token");
        Assert.That(session.Handle(new SyncInput.WelcomeStored(), run.Now).Select(Short), Does.Contain("ApplyPage"));
    }

    [Test]
    public void A_page_that_the_cache_refuses_ends_the_call()
    {
        var run = SessionRun.Established(new ModelDevice());
        run.Do(new SyncInput.StoreRefused("CACHE_OF_OTHER_STORE", "The page is of another store.", SyncRetry.Hello));
        Assert.That((run.End?.Code, run.End?.Retry), Is.EqualTo(("CACHE_OF_OTHER_STORE", SyncRetry.Hello)));
    }

    [Test]
    public void A_page_of_a_feed_of_a_later_release_gives_its_credit_back_and_is_not_applied()
    {
        var run = SessionRun.Established(new ModelDevice());
        run.Say(new CloudMessage { Page = new Page { Feed = (FeedKind)7, ToVersion = 12 } });
        Assert.That(run.Sent[^1].PageApplied, Is.EqualTo(new PageApplied { Feed = (FeedKind)7, Version = 12 }));
        Assert.That(run.Device.Applied, Is.Empty);
    }

    // ---- Refusals

    [TestCase("DATABASE_UNAVAILABLE", RetryClass.Same, 2500u, SyncRetry.BackOff)]
    [TestCase("SESSION_FENCED", RetryClass.Hello, 0u, SyncRetry.Hello)]
    [TestCase("STREAM_CLOSED", RetryClass.Hello, 0u, SyncRetry.Hello)]
    [TestCase("SEQUENCE_CONTENT_MISMATCH", RetryClass.Fork, 0u, SyncRetry.Hello)]
    [TestCase("CHAIN_MISMATCH", RetryClass.Fork, 0u, SyncRetry.Hello)]
    [TestCase("CLONE_SUSPECTED", RetryClass.Hold, 0u, SyncRetry.Slow)]
    [TestCase("REVOKED", RetryClass.Hold, 0u, SyncRetry.Slow)]
    [TestCase("PROTOCOL_UNSUPPORTED", RetryClass.Upgrade, 0u, SyncRetry.Slow)]
    [TestCase("OF_A_LATER_RELEASE", (RetryClass)42, 100u, SyncRetry.BackOff)]
    [TestCase("NO_CLASS", RetryClass.Unspecified, 0u, SyncRetry.BackOff)]
    public void A_refusal_ends_the_call_with_its_code_and_its_class_says_when_to_come_back(string code, RetryClass retryClass, uint afterMs, SyncRetry retry)
    {
        foreach (var established in new[] { false, true })
        {
            var run = established ? SessionRun.Established(new ModelDevice()) : new SessionRun(new ModelDevice());
            run.Append(2).Say(new Refusal { Code = code, RetryClass = retryClass, RetryAfterMs = afterMs, Message = "because" });
            var fork = retryClass == RetryClass.Fork ? new ForkReason(code, "because") : null;
            Assert.That(run.End, Is.EqualTo(new SyncEnd(code, "because", retry, TimeSpan.FromMilliseconds(afterMs)) { WasConnected = established, Fork = fork }));
            Assert.That(run.Device.AcknowledgedThrough, Is.Zero, "nothing leaves the outbox by a refusal");
        }
    }

    [Test]
    public void A_gap_makes_it_begin_again_after_what_the_cloud_has()
    {
        var device = new ModelDevice();
        device.Append(40);
        var run = SessionRun.Established(device, limits: new Limits { BatchEntriesMax = 10, BatchesInFlightMax = 2 });
        run.Say(new Refusal { Code = "SEQUENCE_GAP", RetryClass = RetryClass.Rewind, AppliedThrough = 5, AppliedChain = run.Chain(5) });
        Assert.That(run.Resumes.Last().FromSequence, Is.EqualTo(6));
        Assert.That(Sequences(run), Is.EqualTo(new[] { (1, 10), (11, 20), (6, 15), (16, 25) }));
        Assert.That(device.AcknowledgedThrough, Is.EqualTo(5));
    }

    [Test]
    public void A_rewind_to_other_content_is_a_fork()
    {
        var run = SessionRun.Established(new ModelDevice()).Append(3);
        run.Say(new Refusal { Code = "SEQUENCE_GAP", RetryClass = RetryClass.Rewind, AppliedThrough = 2, AppliedChain = run.Chain(1) });
        Assert.That((run.End?.Code, run.End?.Retry, run.End?.Fork?.Code), Is.EqualTo(("LEDGER_FORKED", SyncRetry.Hello, "LEDGER_FORKED")));
    }

    [Test]
    public void A_rewind_below_what_was_acknowledged_goes_through_a_new_Hello()
    {
        var run = SessionRun.Established(new ModelDevice()).Append(3).Acknowledge(3).Append();
        run.Say(new Refusal { Code = "SEQUENCE_GAP", RetryClass = RetryClass.Rewind, AppliedThrough = 1, AppliedChain = run.Chain(1) });
        Assert.That((run.End?.Code, run.End?.Retry), Is.EqualTo(("SEQUENCE_GAP", SyncRetry.Hello)));

        var next = new SessionRun(run.Device);
        next.Say(next.WelcomeAt(1));
        Assert.That(next.Alarms, Is.EqualTo(new[] { "CLOUD_LOST_DURABLE" }));
        Assert.That(Sequences(next), Is.EqualTo(new[] { (2, 4) }));
    }

    [Test]
    public void Rewinding_without_progress_does_not_go_on_for_ever()
    {
        var run = SessionRun.Established(new ModelDevice()).Append(3);
        var refusals = 0;
        while (run.End is null && refusals < 100)
        {
            run.Say(new Refusal { Code = "SEQUENCE_GAP", RetryClass = RetryClass.Rewind, AppliedThrough = 0, AppliedChain = run.Chain(0) });
            refusals++;
        }

        Assert.That((run.End?.Code, run.End?.Retry), Is.EqualTo(("SEQUENCE_GAP", SyncRetry.BackOff)));
        Assert.That(refusals, Is.LessThan(20));
    }

    [Test]
    public void A_batch_that_is_too_large_is_halved_until_it_fits_and_grows_again_later()
    {
        var device = new ModelDevice();
        device.Append(100);
        var run = SessionRun.Established(device, limits: new Limits { BatchEntriesMax = 40, BatchesInFlightMax = 1 });
        run.Say(TooLarge());
        Assert.That(Sequences(run).Last(), Is.EqualTo((1, 20)));
        run.Say(TooLarge());
        Assert.That(Sequences(run).Last(), Is.EqualTo((1, 10)));
        Assert.That(run.Resumes.Last().FromSequence, Is.EqualTo(1), "the cloud discards batches until the next Resume");
        run.Acknowledge(10);
        Assert.That(Sequences(run).Last(), Is.EqualTo((11, 30)));
        run.Acknowledge(30);
        Assert.That(Sequences(run).Last(), Is.EqualTo((31, 70)));
    }

    [Test]
    public void One_entry_that_is_too_large_stays_in_the_outbox_and_is_named()
    {
        var run = SessionRun.Established(new ModelDevice()).Append();
        run.Say(TooLarge()).Say(TooLarge());
        Assert.That(Sequences(run), Is.EqualTo(new[] { (1, 1), (1, 1), (1, 1) }));
        run.Say(TooLarge());
        Assert.That((run.End?.Code, run.End?.Retry), Is.EqualTo(("BATCH_TOO_LARGE", SyncRetry.Slow)));
        Assert.That(run.End?.Message, Does.Contain("Entry 1"));
        Assert.That(run.Device.AcknowledgedThrough, Is.Zero);
    }

    // ---- The cloud says it goes away

    [Test]
    public void A_directive_to_reconnect_waits_for_what_is_in_flight_and_is_no_failure()
    {
        var run = SessionRun.Established(new ModelDevice()).Append();
        run.Say(Reconnect(250)).Append();
        Assert.That(run.End, Is.Null);
        Assert.That(run.Batches.Count(), Is.EqualTo(1), "nothing more goes to a replica that goes away");
        run.Acknowledge(1);
        Assert.That((run.End?.Code, run.End?.Retry, run.End?.RetryAfter), Is.EqualTo(("RECONNECT", SyncRetry.Reconnect, TimeSpan.FromMilliseconds(250))));
    }

    [Test]
    public void A_directive_to_reconnect_does_not_wait_for_long()
    {
        var run = SessionRun.Established(new ModelDevice()).Append();
        run.Say(Reconnect(0)).Wait(SyncSession.DrainDeadline);
        Assert.That(run.End?.Retry, Is.EqualTo(SyncRetry.Reconnect));
    }

    [Test]
    public void An_idle_session_reconnects_at_once()
    {
        var run = SessionRun.Established(new ModelDevice());
        run.Say(Reconnect(0));
        Assert.That(run.End?.Retry, Is.EqualTo(SyncRetry.Reconnect));
    }

    // ---- The call ends

    [TestCase(CallStatus.Unavailable, null, "CLOUD_UNREACHABLE", SyncRetry.BackOff)]
    [TestCase(CallStatus.Unavailable, "DATABASE_UNAVAILABLE", "DATABASE_UNAVAILABLE", SyncRetry.BackOff)]
    [TestCase(CallStatus.Unauthenticated, "DEVICE_TOKEN_UNKNOWN", "DEVICE_TOKEN_UNKNOWN", SyncRetry.Slow)]
    [TestCase(CallStatus.PermissionDenied, "DEVICE_REVOKED", "DEVICE_REVOKED", SyncRetry.Slow)]
    [TestCase(CallStatus.PermissionDenied, null, "CLOUD_NOT_UNDERSTOOD", SyncRetry.BackOff)]
    [TestCase(CallStatus.Unauthenticated, null, "CLOUD_NOT_UNDERSTOOD", SyncRetry.BackOff)]
    [TestCase(CallStatus.ResourceExhausted, null, "CLOUD_BUSY", SyncRetry.BackOff)]
    [TestCase(CallStatus.DeadlineExceeded, null, "CLOUD_TIMEOUT", SyncRetry.BackOff)]
    [TestCase(CallStatus.Unimplemented, null, "CLOUD_NOT_UNDERSTOOD", SyncRetry.BackOff)]
    [TestCase(CallStatus.Other, null, "CALL_FAILED", SyncRetry.BackOff)]
    [TestCase(CallStatus.Ok, null, "CLOUD_NOT_UNDERSTOOD", SyncRetry.BackOff)]
    public void A_call_that_fails_before_Welcome_is_named(CallStatus status, string? trailer, string code, SyncRetry retry)
    {
        var run = new SessionRun(new ModelDevice());
        run.Do(new SyncInput.CallEnded(status, trailer, 3 * Second, "detail"));
        Assert.That((run.End?.Code, run.End?.Retry, run.End?.RetryAfter, run.End?.WasConnected), Is.EqualTo((code, retry, 3 * Second, false)));
    }

    [Test]
    public void A_call_that_the_cloud_completes_after_progress_is_made_again_without_penalty()
    {
        var run = SessionRun.Established(new ModelDevice()).Append().Acknowledge(1);
        run.Do(new SyncInput.CallEnded(CallStatus.Ok, null, null, ""));
        Assert.That((run.End?.Retry, run.End?.WasHealthy), Is.EqualTo((SyncRetry.Reconnect, true)));
    }

    [Test]
    public void A_session_without_progress_is_not_healthy_until_it_has_held_for_a_minute()
    {
        var run = SessionRun.Established(new ModelDevice());
        run.Say(run.StorePage(0, 0, marker: 0)).Do(new SyncInput.CallEnded(CallStatus.Ok, null, null, ""));
        Assert.That((run.End?.Retry, run.End?.WasHealthy), Is.EqualTo((SyncRetry.Hello, false)));

        run = SessionRun.Established(new ModelDevice()).Wait(SyncSession.HealthyAfter);
        run.Do(new SyncInput.CallEnded(CallStatus.Unavailable, null, null, ""));
        Assert.That((run.End?.Retry, run.End?.WasHealthy), Is.EqualTo((SyncRetry.BackOff, true)));
    }

    [Test]
    public void Nothing_happens_after_the_end()
    {
        var run = SessionRun.Established(new ModelDevice()).Do(new SyncInput.Stop());
        Assert.That((run.End?.Code, run.End?.Retry), Is.EqualTo(("STOPPED", SyncRetry.Stopped)));
        var effects = run.Effects.Count;
        run.Append().Say(run.StorePage(0, 1)).Do(new SyncInput.Stop()).Do(new SyncInput.CallEnded(CallStatus.Ok, null, null, ""));
        Assert.That(run.Effects, Has.Count.EqualTo(effects));
        Assert.That(run.Session.WakeAt, Is.Null);
    }

    // ---- Messages that make no sense, or that this release does not know

    static IEnumerable<TestCaseData> Nonsense() =>
    [
        new TestCaseData(new CloudMessage { Ack = new Ack { AppliedThrough = 1 } }, "CLOUD_MESSAGE_INVALID").SetArgDisplayNames("an Ack without a chain"),
        new TestCaseData(new CloudMessage { Ack = new Ack { AppliedThrough = ulong.MaxValue, AppliedChain = ByteString.CopyFrom(new byte[32]) } }, "CLOUD_MESSAGE_INVALID").SetArgDisplayNames("an Ack of an absurd sequence"),
        new TestCaseData(new CloudMessage { Page = new Page { Feed = FeedKind.Store } }, "CLOUD_MESSAGE_INVALID").SetArgDisplayNames("a Page without a hash"),
        new TestCaseData(new CloudMessage { Page = new Page { Feed = FeedKind.Store, FromVersion = 2, ToVersion = 1, Hash = ByteString.CopyFrom(new byte[32]) } }, "CLOUD_MESSAGE_INVALID").SetArgDisplayNames("a Page that runs backward"),
        new TestCaseData(new CloudMessage { Page = new Page { Feed = FeedKind.Store, Hash = ByteString.CopyFrom(new byte[32]), Marker = new OwnMarker() } }, "CLOUD_MESSAGE_INVALID").SetArgDisplayNames("a marker without a chain"),
        new TestCaseData(new CloudMessage { Welcome = new Welcome() }, "CLOUD_MESSAGE_UNEXPECTED").SetArgDisplayNames("a second Welcome"),
        new TestCaseData(new CloudMessage { Refusal = new Refusal { RetryClass = RetryClass.Rewind } }, "REFUSED").SetArgDisplayNames("a rewind to nowhere"),
    ];

    [TestCaseSource(nameof(Nonsense))]
    public void A_message_that_makes_no_sense_ends_the_call_and_nothing_else(CloudMessage message, string code)
    {
        var run = SessionRun.Established(new ModelDevice()).Append(2);
        run.Say(message);
        Assert.That((run.End?.Code, run.End?.Retry), Is.EqualTo((code, SyncRetry.BackOff)));
        Assert.That(run.Device.AcknowledgedThrough, Is.Zero);
        Assert.That(run.Device.StoreCursor.Version, Is.Zero);
    }

    [Test]
    public void A_message_of_a_later_release_is_passed_over()
    {
        var run = SessionRun.Established(new ModelDevice());
        run.Say(new CloudMessage()).Say(new CloudMessage { Directive = new Directive() }).Append();
        Assert.That(run.End, Is.Null);
        Assert.That(run.Batches.Count(), Is.EqualTo(1));
    }

    [Test]
    public void An_Ack_or_a_Page_before_Welcome_ends_the_call()
    {
        var device = new ModelDevice();
        var run = new SessionRun(device);
        run.Say(run.StorePage(0, 1));
        Assert.That(run.End?.Code, Is.EqualTo("CLOUD_MESSAGE_UNEXPECTED"));
    }

    // ---- Time

    [Test]
    public void A_batch_without_an_answer_is_given_up_and_comes_back_smaller()
    {
        var device = new ModelDevice();
        device.Append(100);
        var run = SessionRun.Established(device, limits: new Limits { BatchEntriesMax = 100, BatchesInFlightMax = 1 });
        run.Wait(SyncSession.AcknowledgementDeadline + Second);
        Assert.That((run.End?.Code, run.End?.Retry), Is.EqualTo(("CLOUD_TIMEOUT", SyncRetry.BackOff)));
        Assert.That(run.Session.Sizing.Entries, Is.EqualTo(50));

        var next = SessionRun.Established(device, sizing: run.Session.Sizing);
        Assert.That(Sequences(next).First(), Is.EqualTo((1, 50)), "a link that swallows large frames gets smaller ones");
    }

    [Test]
    public void A_line_that_TCP_gave_up_gets_smaller_batches_and_one_that_was_cut_does_not()
    {
        var device = new ModelDevice();
        device.Append(100);
        var limits = new Limits { BatchEntriesMax = 100, BatchesInFlightMax = 1 };
        var dead = SessionRun.Established(device, limits: limits).Wait(SyncSession.DeadLineAfter).Do(new SyncInput.CallEnded(CallStatus.Unavailable, null, null, "Connection timed out"));
        var cut = SessionRun.Established(device, limits: limits).Wait(SyncSession.DeadLineAfter - Second).Do(new SyncInput.CallEnded(CallStatus.Unavailable, null, null, "Connection reset by peer"));
        Assert.That((dead.End?.Code, dead.Session.Sizing.Entries), Is.EqualTo(("CLOUD_UNREACHABLE", 50)), "small packets may come through");
        Assert.That((cut.End?.Code, cut.Session.Sizing), Is.EqualTo(("CLOUD_UNREACHABLE", BatchSizing.Unlimited)));
    }

    [Test]
    public void A_slow_link_gets_the_time_that_its_bytes_need()
    {
        var device = new ModelDevice();
        device.Append(new string('x', 400 * 1024));
        var run = SessionRun.Established(device);
        run.Wait(TimeSpan.FromSeconds(100));
        Assert.That(run.End, Is.Null);
        run.Wait(TimeSpan.FromSeconds(60));
        Assert.That(run.End?.Code, Is.EqualTo("CLOUD_TIMEOUT"));
    }

    [Test]
    public void An_outbox_that_does_not_shrink_for_ten_minutes_ends_the_call()
    {
        var device = new ModelDevice();
        device.Append(3);
        var run = SessionRun.Established(device);
        for (var minute = 0; minute < 20 && run.End is null; minute++)
            run.Wait(Second * 30).Acknowledge(0).Wait(Second * 5); // an answer comes, but it acknowledges nothing
        Assert.That((run.End?.Code, run.End?.Retry), Is.EqualTo(("NO_PROGRESS", SyncRetry.BackOff)));
        Assert.That(run.Now, Is.EqualTo(TimeSpan.FromHours(1) + SyncSession.Watchdog).Within(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public void An_idle_session_wants_nothing_and_says_nothing()
    {
        var run = SessionRun.Established(new ModelDevice());
        run.Append().Acknowledge(1).Say(run.StorePage(0, 1, marker: 1)).Wait(TimeSpan.FromSeconds(5));
        var sent = run.Sent.Count;
        Assert.That(run.Session.WakeAt, Is.Null, "no timer runs");
        run.Wait(TimeSpan.FromHours(8));
        Assert.That(run.Sent, Has.Count.EqualTo(sent));
        Assert.That(run.End, Is.Null);
    }

    // ---- Figures and keep-alive

    [Test]
    public void Figures_are_reported_at_the_start_and_then_when_they_changed_at_most_once_a_second()
    {
        var run = SessionRun.Established(new ModelDevice());
        Assert.That(run.Statuses.Single().PendingCount, Is.Zero);
        for (var i = 0; i < 10; i++) run.Append().Wait(Second / 10);
        run.Wait(Second);
        Assert.That(run.Statuses.Count(), Is.InRange(2, 3));
        Assert.That(run.Statuses.Last().Outbox.Count, Is.EqualTo(10));
    }

    [Test]
    public void What_a_person_should_know_of_the_device_is_reported_when_it_comes_and_when_it_goes()
    {
        var device = new ModelDevice();
        var run = SessionRun.Established(device);
        Assert.That((run.Statuses.Single().Conditions.Count, run.Statuses.Single().OldestRetained), Is.EqualTo((0, 1ul)));
        device.Conditions = [new("DISK_SPACE_LOW", "300 MB are free on the disk of the ledger.", "Free space on it.")];
        run.Do(new SyncInput.HealthChanged()).Wait(Second * 2);
        Assert.That(run.Statuses.Last().Conditions.Single(), Is.EqualTo(new DeviceCondition { Code = "DISK_SPACE_LOW", Message = "300 MB are free on the disk of the ledger." }));
        device.Conditions = [new("DISK_SPACE_LOW", "299 MB are free on the disk of the ledger.", "Free space on it.")];
        run.Do(new SyncInput.HealthChanged()).Wait(Second * 2);
        Assert.That(run.Statuses.Count(), Is.EqualTo(2), "the same again is no news");
        device.Conditions = [];
        run.Do(new SyncInput.HealthChanged()).Wait(Second * 2);
        Assert.That(run.Statuses.Last().Conditions, Is.Empty);
    }

    [Test]
    public void A_sale_that_is_acknowledged_and_covered_within_a_second_costs_no_report()
    {
        var run = SessionRun.Established(new ModelDevice());
        run.Append().Acknowledge(1).Say(run.StorePage(0, 1, marker: 1)).Wait(Second * 3);
        Assert.That(run.Statuses.Count(), Is.EqualTo(1), "only the one at the start");
    }

    [Test]
    public void The_line_is_watched_closely_only_while_something_is_under_way()
    {
        var run = SessionRun.Established(new ModelDevice());
        Assert.That(KeepAlives(run), Is.Empty);
        run.Append();
        Assert.That(KeepAlives(run), Is.EqualTo(new[] { true }));
        run.Acknowledge(1);
        Assert.That(KeepAlives(run), Is.EqualTo(new[] { true }), "the cache does not cover the sale yet");
        run.Say(run.StorePage(0, 1, marker: 1));
        Assert.That(KeepAlives(run), Is.EqualTo(new[] { true, false }));
    }

    static Refusal TooLarge() => new() { Code = "BATCH_TOO_LARGE", RetryClass = RetryClass.Same, Limit = 1000 };

    static CloudMessage Reconnect(uint afterMs) => new() { Directive = new Directive { Reconnect = new Reconnect { AfterMs = afterMs } } };

    static CloudMessage CataloguePage(long from, long to) => new()
    {
        Page = new Page { Feed = FeedKind.Catalogue, FromVersion = (ulong)from, ToVersion = (ulong)to, Hash = ByteString.CopyFrom(new byte[32]) },
    };

    static IEnumerable<(int First, int Last)> Sequences(SessionRun run) =>
        run.Batches.Select(batch => ((int)batch.FirstSequence, (int)batch.FirstSequence + batch.Entries.Count - 1));

    static IEnumerable<bool> KeepAlives(SessionRun run) => run.Effects.OfType<SyncEffect.KeepAlive>().Select(keepAlive => keepAlive.Busy);

    static string Short(SyncEffect effect) => effect is SyncEffect.Send send ? $"Send {send.Message.MessageCase}" : effect.GetType().Name;
}
