using EdgeRetail.CloudSync.Devices;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Tests.Devices;

public sealed class SessionTokensTests
{
    static readonly DeviceId Device = new(17);
    static readonly StreamId Stream = new(new Guid("11111111-1111-4111-8111-111111111111"));

    readonly SessionTokens tokens = new(TestReplica.Keys);

    [Test]
    public void A_token_is_read_as_it_was_issued([Values(0, 1, 127, 128, 300, long.MaxValue / 2, long.MaxValue)] long session) =>
        Assert.That(tokens.Read(tokens.Issue(Device, session, Stream), Device, Stream), Is.EqualTo(new SessionTokenReading.Authentic(session)));

    [Test]
    public void It_counts_for_its_device_and_stream_alone()
    {
        var token = tokens.Issue(Device, 5, Stream);
        Assert.That(tokens.Read(token, new DeviceId(18), Stream), Is.InstanceOf<SessionTokenReading.Forged>());
        Assert.That(tokens.Read(token, Device, new StreamId(Guid.Empty)), Is.InstanceOf<SessionTokenReading.Forged>());
    }

    [Test]
    public void No_bit_of_it_may_change()
    {
        var token = tokens.Issue(Device, 300, Stream);
        for (var bit = 8; bit < token.Length * 8; bit++)
        {
            var changed = token.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(tokens.Read(changed, Device, Stream), Is.InstanceOf<SessionTokenReading.Forged>(), $"bit {bit}");
        }
    }

    [Test]
    public void No_byte_of_it_may_be_missing_or_added()
    {
        var token = tokens.Issue(Device, 300, Stream);
        for (var length = 1; length < token.Length; length++) Assert.That(tokens.Read(token.AsSpan(0, length), Device, Stream), Is.InstanceOf<SessionTokenReading.Forged>());
        Assert.That(tokens.Read([.. token, 0], Device, Stream), Is.InstanceOf<SessionTokenReading.Forged>());
        Assert.That(tokens.Read([], Device, Stream), Is.InstanceOf<SessionTokenReading.Absent>());
    }

    [Test]
    public void A_key_that_is_gone_reads_as_no_token()
    {
        var others = new SessionTokens(new SessionKeyset(8, [new(8, new byte[32], DateTimeOffset.UnixEpoch)]));
        Assert.That(others.Read(tokens.Issue(Device, 5, Stream), Device, Stream), Is.InstanceOf<SessionTokenReading.UnknownKey>());
    }

    [Test]
    public void A_key_that_is_no_longer_current_still_reads()
    {
        var rotated = new SessionTokens(new SessionKeyset(8, [new(8, new byte[32], DateTimeOffset.UnixEpoch), .. TestReplica.Keys.Keys]));
        Assert.That(rotated.Read(tokens.Issue(Device, 5, Stream), Device, Stream), Is.EqualTo(new SessionTokenReading.Authentic(5)));
        Assert.That(rotated.Issue(Device, 6, Stream)[0], Is.EqualTo(8));
    }
}
