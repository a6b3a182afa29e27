using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EndToEnd.Tests.Harness;

namespace EdgeRetail.EndToEnd.Tests.Transport;

/// <summary>Batches as a careless network, a broken device or an attacker sends them.</summary>
public sealed class BatchTests
{
    Shop? opened;
    Kiosk kiosk = null!;
    Impostor device = null!;

    /// <summary>One cloud for all tests, each with a store and a device of its own; a test that failed takes it with it.</summary>
    Shop Shop => opened!;

    [SetUp]
    public async Task Sell_offline()
    {
        opened ??= await Harness.Shop.OpenAsync();
        kiosk = await Shop.AddKioskAsync(Shop.NextStore(), start: false);
        kiosk.Link.Refuse();
        await kiosk.StartAsync();
        await kiosk.SellUnknownAsync(12);
        await kiosk.StopAsync();
        device = new(Shop, kiosk);
    }

    [TearDown]
    public async Task Retire() => opened = await Shop.RetireOrCloseAsync(kiosk);

    [OneTimeTearDown]
    public async Task Close()
    {
        if (opened is not null) await opened.DisposeAsync();
    }

    [Test]
    public async Task A_batch_sent_twice_is_acknowledged_as_duplicate_and_stored_once()
    {
        var (call, welcome) = await device.ResumedAsync();
        await using var _ = call;
        await call.SendAsync(device.Batch(welcome, 1, 12));
        await call.SendAsync(device.Batch(welcome, 1, 12));
        var first = await call.AckAsync();
        var second = await call.AckAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.AppliedThrough, Is.EqualTo(12));
            Assert.That(first.Dispositions, Is.Empty);
            Assert.That(second.AppliedThrough, Is.EqualTo(12));
            Assert.That(second.AppliedChain, Is.EqualTo(first.AppliedChain));
            Assert.That(second.Dispositions.Sum(disposition => (long)disposition.Count), Is.EqualTo(12));
            Assert.That(second.Dispositions.Select(disposition => disposition.Kind), Is.All.EqualTo(DispositionKind.Duplicate));
            Assert.That(await Shop.JournalCountAsync(kiosk.Store), Is.EqualTo(12));
        }

        await AgreeAsync();
    }

    [Test]
    public async Task A_batch_that_overlaps_what_is_applied_adds_only_what_is_new()
    {
        var (call, welcome) = await device.ResumedAsync();
        await using var _ = call;
        await call.SendAsync(device.Batch(welcome, 1, 7));
        Assert.That((await call.AckAsync()).AppliedThrough, Is.EqualTo(7));
        await call.SendAsync(device.Batch(welcome, 4, 12));
        Assert.That((await call.AckAsync()).AppliedThrough, Is.EqualTo(12));
        Assert.That(await Shop.JournalCountAsync(kiosk.Store), Is.EqualTo(12));
        await AgreeAsync();
    }

    [Test]
    public async Task A_batch_from_the_past_changes_nothing()
    {
        var (call, welcome) = await device.ResumedAsync();
        await using var _ = call;
        await call.SendAsync(device.Batch(welcome, 1, 12));
        await call.AckAsync();
        await call.SendAsync(device.Batch(welcome, 3, 5));
        var late = await call.AckAsync();
        Assert.That(late.AppliedThrough, Is.EqualTo(12), "never backwards");
        await AgreeAsync();
    }

    [Test]
    public async Task A_batch_that_leaves_a_gap_is_refused_and_the_device_rewinds()
    {
        var (call, welcome) = await device.ResumedAsync();
        await using var _ = call;
        await call.SendAsync(device.Batch(welcome, 1, 4));
        await call.AckAsync();
        await call.SendAsync(device.Batch(welcome, 8, 12));
        var refusal = await call.RefusalAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal.Code, Is.EqualTo("SEQUENCE_GAP"));
            Assert.That(refusal.RetryClass, Is.EqualTo(RetryClass.Rewind));
            Assert.That(refusal.AppliedThrough, Is.EqualTo(4));
            Assert.That(refusal.AppliedChain.ToByteArray(), Is.EqualTo(device.ChainAt(4).ToByteArray()));
            Assert.That(await Shop.JournalCountAsync(kiosk.Store), Is.EqualTo(4));
        }

        await call.ResumeAsync(5);
        await call.SendAsync(device.Batch(welcome, 5, 12));
        Assert.That((await call.AckAsync()).AppliedThrough, Is.EqualTo(12), "the call goes on after Resume");
        await AgreeAsync();
    }

    [Test]
    public async Task After_a_refusal_batches_are_discarded_until_resume()
    {
        var (call, welcome) = await device.ResumedAsync();
        await using var _ = call;
        await call.SendAsync(device.Batch(welcome, 5, 8));
        await call.SendAsync(device.Batch(welcome, 1, 4));
        Assert.That((await call.RefusalAsync()).Code, Is.EqualTo("SEQUENCE_GAP"));
        await call.ResumeAsync(1);
        await call.SendAsync(device.Batch(welcome, 1, 2));
        var ack = await call.AckAsync();
        Assert.That(ack.AppliedThrough, Is.EqualTo(2), "the batch between refusal and Resume does not count");
        await AgreeAsync();
    }

    [Test]
    public async Task Batches_in_any_order_end_in_the_same_journal([Values(1, 2, 3, 4, 5)] int seed)
    {
        var random = Seeds.Random(seed);
        var (call, welcome) = await device.ResumedAsync();
        await using var _ = call;
        var applied = 0L;
        for (var attempt = 0; applied < 12; attempt++)
        {
            Assert.That(attempt, Is.LessThan(500), "progress");
            var first = random.Next(1, 13);
            await call.SendAsync(device.Batch(welcome, first, Math.Min(12, first + random.Next(4))));
            var answer = await call.NextAsync();
            if (answer.Ack is { } ack)
            {
                Assert.That((long)ack.AppliedThrough, Is.GreaterThanOrEqualTo(applied), "never backwards");
                applied = (long)ack.AppliedThrough;
                continue;
            }

            Assert.That(answer.Refusal?.Code, Is.EqualTo("SEQUENCE_GAP"), $"{answer}");
            await call.ResumeAsync(applied + 1);
        }

        await AgreeAsync();
    }

    [Test]
    public async Task Other_bytes_at_a_sequence_that_is_taken_are_refused_as_a_fork()
    {
        var (call, welcome) = await device.ResumedAsync();
        await using var _ = call;
        await call.SendAsync(device.Batch(welcome, 1, 6));
        await call.AckAsync();
        // The entry of sequence 9 at sequence 5: well-formed, and not what the cloud has there.
        await call.SendAsync(device.Batch(welcome, 5, [.. device.Entries(9, 9), .. device.Entries(6, 6)]));
        var refusal = await call.RefusalAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal.Code, Is.EqualTo("SEQUENCE_CONTENT_MISMATCH"));
            Assert.That(refusal.RetryClass, Is.EqualTo(RetryClass.Fork));
            Assert.That(await Shop.JournalCountAsync(kiosk.Store), Is.EqualTo(6));
        }

        await AgreeAsync();
    }

    [Test]
    public async Task A_batch_that_changed_on_the_way_is_refused_whole()
    {
        var (call, welcome) = await device.ResumedAsync();
        await using var _ = call;
        var batch = device.Batch(welcome, 1, 6);
        batch.ChainCheck = device.ChainAt(6).Check;
        var changed = batch.Entries[3].ToByteArray();
        changed[^1] ^= 4;
        batch.Entries[3] = SyncCall.Bytes(changed);
        await call.SendAsync(batch);
        var refusal = await call.RefusalAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal.Code, Is.EqualTo("BATCH_DAMAGED"));
            Assert.That(refusal.RetryClass, Is.EqualTo(RetryClass.Hello));
            Assert.That(await Shop.JournalCountAsync(kiosk.Store), Is.Zero);
        }

        await AgreeAsync();
    }

    [Test]
    public async Task A_broken_chain_is_refused_as_a_fork()
    {
        var (call, welcome) = await device.ResumedAsync();
        await using var _ = call;
        await call.SendAsync(device.Batch(welcome, 1, 6));
        await call.AckAsync();
        var batch = device.Batch(welcome, 7, 9);
        batch.ChainBefore = SyncCall.Bytes(device.ChainAt(5).ToByteArray());
        await call.SendAsync(batch);
        var refusal = await call.RefusalAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal.Code, Is.EqualTo("CHAIN_MISMATCH"));
            Assert.That(refusal.RetryClass, Is.EqualTo(RetryClass.Fork));
            Assert.That(await Shop.JournalCountAsync(kiosk.Store), Is.EqualTo(6));
        }

        await AgreeAsync();
    }

    [Test]
    public async Task A_batch_of_a_stream_that_is_not_the_devices_is_refused()
    {
        var (call, welcome) = await device.ResumedAsync();
        await using var _ = call;
        var batch = device.Batch(welcome, 1, 3);
        batch.Stream = SyncCall.Bytes(Guid.NewGuid().ToByteArray());
        await call.SendAsync(batch);
        Assert.That((await call.RefusalAsync()).Code, Is.EqualTo("SESSION_FENCED"), "a token is of one stream");
        Assert.That(await Shop.JournalCountAsync(kiosk.Store), Is.Zero);
        await AgreeAsync();
    }

    [Test]
    public async Task A_newer_hello_fences_the_older_call()
    {
        var (older, stale) = await device.ResumedAsync();
        await using var _ = older;
        var (newer, welcome) = await device.ResumedAsync();
        await using var __ = newer;
        await older.SendAsync(device.Batch(stale, 1, 12));
        await newer.SendAsync(device.Batch(welcome, 1, 12));
        Assert.That((await newer.AckAsync()).AppliedThrough, Is.EqualTo(12));
        Assert.That((await older.RefusalAsync()).Code, Is.EqualTo("SESSION_FENCED"));
        await AgreeAsync();
    }

    [Test]
    public async Task A_captured_batch_replayed_with_its_old_token_has_no_effect()
    {
        var (call, captured) = await device.ResumedAsync();
        await call.SendAsync(device.Batch(captured, 1, 12));
        await call.AckAsync();
        await call.DisposeAsync();
        var (again, _) = await device.ResumedAsync();
        await using var __ = again;
        await again.SendAsync(device.Batch(captured, 1, 12));
        Assert.That((await again.RefusalAsync()).Code, Is.EqualTo("SESSION_FENCED"));
        await AgreeAsync();
    }

    [Test]
    public async Task A_device_that_heard_none_of_its_welcomes_still_resumes()
    {
        // Answers get lost on a bad line, several in a row: the tokens they carried were never used by anybody.
        for (var hello = 0; hello < 4; hello++)
        {
            await using var call = device.Open();
            Assert.That((await call.HelloAsync(device.Hello())).Verdict, Is.EqualTo(Verdict.Resume));
        }

        await AgreeAsync();
    }

    [Test]
    public async Task A_device_that_used_a_session_and_heard_none_of_the_next_welcomes_still_resumes()
    {
        var (used, welcome) = await device.ResumedAsync();
        await used.SendAsync(device.Batch(welcome, 1, 3));
        await used.AckAsync();
        await used.DisposeAsync();
        for (var hello = 0; hello < 3; hello++)
        {
            await using var call = device.Open();
            Assert.That((await call.HelloAsync(device.Hello())).Verdict, Is.EqualTo(Verdict.Resume));
        }

        await AgreeAsync();
    }

    /// <summary>The real agent comes back, and both sides agree.</summary>
    async Task AgreeAsync()
    {
        await Shop.DrainAsync();
        Assert.That(await Shop.JournalCountAsync(kiosk.Store), Is.EqualTo(12));
        await Shop.CheckAsync();
    }
}
