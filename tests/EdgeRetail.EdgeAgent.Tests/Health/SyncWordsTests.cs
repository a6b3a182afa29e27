using EdgeRetail.EdgeAgent.Health;

namespace EdgeRetail.EdgeAgent.Tests.Health;

sealed class SyncWordsTests
{
    static readonly DateTimeOffset Now = new(2026, 6, 1, 10, 0, 0, TimeSpan.Zero);

    static readonly Dictionary<string, string> Expected = new(StringComparer.Ordinal)
    {
        ["CLOUD_UNREACHABLE"] = "The cloud cannot be reached; selling goes on.",
        ["CLOUD_TIMEOUT"] = "The cloud cannot be reached; selling goes on.",
        ["CLOUD_NAME_UNRESOLVED"] = "The cloud cannot be reached; selling goes on.",
        ["CALL_FAILED"] = "The cloud cannot be reached; selling goes on.",
        ["NETWORK_INTERCEPTED"] = "Something between this device and the cloud answers, such as a login page of the network; selling goes on.",
        ["BATCH_DAMAGED"] = "Something on the way changes what this device and the cloud send each other, and nothing of that is taken; selling goes on.",
        ["MESSAGE_MALFORMED"] = "Something on the way changes what this device and the cloud send each other, and nothing of that is taken; selling goes on.",
        ["PAGE_DAMAGED"] = "Something on the way changes what this device and the cloud send each other, and nothing of that is taken; selling goes on.",
        ["CLOUD_BUSY"] = "The cloud has trouble of its own; selling goes on.",
        ["OVERLOADED"] = "The cloud has trouble of its own; selling goes on.",
        ["DATABASE_UNAVAILABLE"] = "The cloud has trouble of its own; selling goes on.",
        ["CLOUD_NOT_UNDERSTOOD"] = "What answers at the cloud's address is not understood; selling goes on.",
        ["CLOUD_MESSAGE_INVALID"] = "What answers at the cloud's address is not understood; selling goes on.",
        ["CLOUD_MESSAGE_UNEXPECTED"] = "What answers at the cloud's address is not understood; selling goes on.",
        ["TRANSPORT_NOT_LOOPBACK"] = "The cloud's address cannot be used (TRANSPORT_NOT_LOOPBACK); selling goes on, tell support.",
        ["CLOUD_ADDRESS_INVALID"] = "The cloud's address cannot be used (CLOUD_ADDRESS_INVALID); selling goes on, tell support.",
        ["DEVICE_TOKEN_MISSING"] = "The cloud refuses this device (DEVICE_TOKEN_MISSING); selling goes on, tell support.",
        ["DEVICE_TOKEN_UNKNOWN"] = "The cloud refuses this device (DEVICE_TOKEN_UNKNOWN); selling goes on, tell support.",
        ["DEVICE_REVOKED"] = "The cloud refuses this device (DEVICE_REVOKED); selling goes on, tell support.",
        ["REVOKED"] = "The cloud refuses this device (REVOKED); selling goes on, tell support.",
        ["CLONE_SUSPECTED"] = "The cloud holds this device, because a copy of it syncs too; selling goes on, tell support.",
        ["LEDGER_FORKED"] = "This device and the cloud hold different histories (LEDGER_FORKED); selling goes on, it is put right by itself.",
        ["LEDGER_SET_BACK"] = "This device and the cloud hold different histories (LEDGER_SET_BACK); selling goes on, it is put right by itself.",
        ["STREAM_UNKNOWN"] = "This device and the cloud hold different histories (STREAM_UNKNOWN); selling goes on, it is put right by itself.",
        ["CLOUD_LOST_DURABLE"] = "This device and the cloud hold different histories (CLOUD_LOST_DURABLE); selling goes on, it is put right by itself.",
        ["NEW_STREAM"] = "This device and the cloud hold different histories (NEW_STREAM); selling goes on, it is put right by itself.",
        ["RESYNCING"] = "This device and the cloud hold different histories (RESYNCING); selling goes on, it is put right by itself.",
        ["CACHE_DIFFERS"] = "This device and the cloud hold different histories (CACHE_DIFFERS); selling goes on, it is put right by itself.",
        ["CACHE_CORRECTED"] = "This device and the cloud hold different histories (CACHE_CORRECTED); selling goes on, it is put right by itself.",
        ["SNAPSHOT_DIFFERS"] = "This device and the cloud hold different histories (SNAPSHOT_DIFFERS); selling goes on, it is put right by itself.",
        ["FEED_CURSOR_UNKNOWN"] = "This device and the cloud hold different histories (FEED_CURSOR_UNKNOWN); selling goes on, it is put right by itself.",
        ["FEED_SET_BACK"] = "This device and the cloud hold different histories (FEED_SET_BACK); selling goes on, it is put right by itself.",
        ["SEQUENCE_CONTENT_MISMATCH"] = "This device and the cloud hold different histories (SEQUENCE_CONTENT_MISMATCH); selling goes on, it is put right by itself.",
        ["CHAIN_MISMATCH"] = "This device and the cloud hold different histories (CHAIN_MISMATCH); selling goes on, it is put right by itself.",
        ["PROTOCOL_UNSUPPORTED"] = "This device and the cloud do not speak the same protocol (PROTOCOL_UNSUPPORTED); selling goes on, tell support.",
        ["LEDGER_DISK_FULL"] = "This device's disk is full; nothing that was recorded is lost, tell support.",
        ["LEDGER_DAMAGED"] = "This device's own data cannot be used (LEDGER_DAMAGED); tell support.",
        ["LEDGER_UNUSABLE"] = "This device's own data cannot be used (LEDGER_UNUSABLE); tell support.",
        ["LEDGER_WRITE_FAILED"] = "This device's own data cannot be used (LEDGER_WRITE_FAILED); tell support.",
        ["NOT_ENROLLED"] = "This device's own data cannot be used (NOT_ENROLLED); tell support.",
        ["LEDGER_BUSY"] = "This device's own data cannot be used (LEDGER_BUSY); tell support.",
        ["LEDGER_CHAIN_BROKEN"] = "An entry of this device cannot be sent (LEDGER_CHAIN_BROKEN); selling goes on, tell support.",
        ["BATCH_TOO_LARGE"] = "An entry of this device cannot be sent (BATCH_TOO_LARGE); selling goes on, tell support.",
        ["SYNC_FAILED"] = "Sync does not work now (SYNC_FAILED); selling goes on.",
    };

    [TestCaseSource(nameof(Codes))]
    public void Every_code_is_said_for_what_it_is(string code)
    {
        Assert.That(SyncWords.For(Ended(SyncState.Offline, code), 2, Now), Is.EqualTo($"2 entries to send. {Expected[code]} Next try in 30 s."));
        if (SyncAdvice.FaultOf(code) != SyncFault.Other) Assert.That(SyncWords.For(Ended(SyncState.Held, code), 0, Now), Is.EqualTo($"All sales are sent. {Expected[code]}"));
        Assert.That(SyncAdvice.NextStep(code), Is.Not.Empty);
    }

    [Test]
    public void Every_code_stands_in_the_table() => Assert.That(Expected.Keys, Is.EquivalentTo(SyncAdvice.Codes));

    [Test]
    public void A_code_of_a_later_cloud_that_holds_the_device_is_a_refusal_of_the_cloud() =>
        Assert.That(SyncWords.For(Ended(SyncState.Held, "LICENCE_ENDED"), 1, Now), Is.EqualTo("1 entry to send. The cloud refuses this device (LICENCE_ENDED); selling goes on, tell support."));

    static IEnumerable<string> Codes => SyncAdvice.Codes;

    static SyncStatus Ended(SyncState state, string code) => new(state, null, code, "words", Now, Now.AddSeconds(30));
}
