using EdgeRetail.CloudSync.Operations;

namespace EdgeRetail.CloudSync.Tests.Operations;

public sealed class WordsTests
{
    static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [TestCase(0, "just now")]
    [TestCase(42, "42 s ago")]
    [TestCase(61, "1 min ago")]
    [TestCase(3_600, "1 h ago")]
    [TestCase(47 * 3_600, "47 h ago")]
    [TestCase(50 * 3_600, "2 days ago")]
    public void Ages_are_told_roughly(int seconds, string words) =>
        Assert.That(PlainWords.Ago(Now.AddSeconds(-seconds), Now), Is.EqualTo(words));

    [Test]
    public void A_device_is_told_in_a_sentence()
    {
        var device = new DeviceSummary(1, "T1", 1, "Berlin", "active", Connected: true, Now.AddSeconds(-2), 0, null, Now, 7, 7, 0, 0, 7, 7, 3, 3, null, null, "1.0", "r", null, 0);

        Assert.That(Words(device), Is.EqualTo(("Connected, everything has arrived", Tone.Good)));
        Assert.That(Words(device with { LagEntries = 1 }), Is.EqualTo(("Connected, sending 1 entry", Tone.Waiting)));
        Assert.That(Words(device with { LagEntries = 12_345 }), Is.EqualTo(("Connected, sending 12,345 entries", Tone.Waiting)));
        Assert.That(Words(device with { Connected = false, LastHeardAt = Now.AddMinutes(-2) }), Is.EqualTo(("Not connected", Tone.Waiting)));
        Assert.That(Words(device with { Connected = false, LastHeardAt = Now.AddHours(-3) }), Is.EqualTo(("Not connected", Tone.Bad)));
        Assert.That(Words(device with { Connected = false, LastHeardAt = null }), Is.EqualTo(("Never heard from", Tone.Waiting)));
        Assert.That(Words(device with { State = "revoked" }), Is.EqualTo(("Revoked: it may not sync", Tone.Quiet)));
        Assert.That(Words(device with { Connected = false, LastHeardAt = Now, LastRefusalCode = "CHAIN_MISMATCH", LastRefusalAt = Now }), Is.EqualTo(("Refused: CHAIN_MISMATCH", Tone.Bad)));
        Assert.That(Words(device with { LastRefusalCode = "SESSION_FENCED", LastRefusalAt = Now.AddDays(-1) }), Is.EqualTo(("Connected, everything has arrived", Tone.Good)));
    }

    [TestCase(0, 0, 0, 0, 0, "No store yet. Add one with: cloud-sync store add")]
    [TestCase(1, 0, 0, 0, 0, "No device yet. Add one with: cloud-sync device add")]
    [TestCase(2, 3, 3, 0, 0, "All 3 devices are connected. Everything they recorded has arrived.")]
    [TestCase(2, 3, 3, 14, 0, "All 3 devices are connected. 14 entries are on the way, the oldest from 3 min ago.")]
    [TestCase(2, 3, 2, 1, 0, "2 of 3 devices are connected. 1 entry waits on devices, as far as they have said, the oldest from 3 min ago.")]
    [TestCase(2, 3, 2, 0, 0, "2 of 3 devices are connected. What they last reported has arrived; what they recorded since is not known here.")]
    [TestCase(1, 1, 0, 0, 2, "The one device is not connected. What they last reported has arrived; what they recorded since is not known here. 2 entries are in quarantine.")]
    public void Everything_is_told_in_two_sentences(int stores, int devices, int connected, long waiting, long quarantined, string expected)
    {
        var words = SummaryWords.Of(new(Now, stores, devices, connected, 100, quarantined, waiting, waiting > 0 ? Now.AddMinutes(-3) : null, 10, 10, [], null));

        Assert.That($"{words.Sentence} {words.Detail}", Is.EqualTo(expected));
    }

    static (string, Tone) Words(DeviceSummary device) => (DeviceWords.Of(device, Now).Sentence, DeviceWords.Of(device, Now).Tone);
}
