using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.Contracts.Wire;
using Google.Protobuf;

namespace EdgeRetail.CloudSync.Tests.Devices;

/// <summary>A device of another release than the cloud.</summary>
public sealed class SkewTests() : ReplicaFixture(1)
{
    [Test]
    public async Task A_device_that_also_speaks_later_protocols_is_answered_in_todays()
    {
        var device = await shop.AddDeviceAsync(1);
        var hello = device.Hello();
        hello.ProtocolMax = 9;
        var (call, welcome) = await TestCall.BeginAsync(replica, device, hello);
        await using var _ = call;
        Assert.That(welcome.Protocol, Is.EqualTo(1));
    }

    [Test]
    public async Task Messages_and_fields_of_a_later_release_disturb_no_session()
    {
        var device = await shop.AddDeviceAsync(1);
        device.Sell();
        var (call, _) = await TestCall.BeginAsync(replica, device, DeviceMessage.Parser.ParseFrom([.. new DeviceMessage { Hello = device.Hello() }.ToByteArray(), .. Later]).Hello);
        await using var __ = call;
        await call.SendAsync(DeviceMessage.Parser.ParseFrom(Later));
        await call.SendAsync(new DeviceMessage { Status = DeviceStatus.Parser.ParseFrom([.. new DeviceStatus { LastSequence = 1 }.ToByteArray(), .. Later]) });
        var ack = await call.PushAsync(Batch.Parser.ParseFrom([.. device.Batch(1, 1).ToByteArray(), .. Later]));
        Assert.That(ack.AppliedThrough, Is.EqualTo(1));
    }

    [Test]
    public async Task An_entry_with_a_field_of_a_later_release_is_merged_and_its_bytes_are_kept_as_they_are()
    {
        var device = await shop.AddDeviceAsync(1);
        var plain = device.Sell();
        byte[] bytes = [.. EncodedAgain(device), .. Later];
        var hash = Hash256.Of(bytes);
        device.Append(new EncodedEntry(((EntryDecoding.Decoded)EntryCodec.Decode(bytes)).Id, bytes, hash));
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = call;
        var ack = await call.PushAsync(device.Batch(1, 2));

        Assert.That((ack.AppliedThrough, ack.Dispositions.Count), Is.EqualTo((2ul, 0)));
        Assert.That(await shop.ScalarAsync<byte[]>("select bytes from journal where sequence = 2"), Is.EqualTo(bytes));
        Assert.That(await shop.OnHandAsync(1, "A"), Is.EqualTo(-2_000));
        Assert.That(plain.Hash, Is.Not.EqualTo(hash));
    }

    [Test]
    public async Task An_entry_of_a_kind_of_a_later_release_takes_its_sequence_and_waits_with_its_bytes()
    {
        var device = await shop.AddDeviceAsync(1);
        byte[] bytes = [.. new EntryBody { Store = 1, AssignmentVersion = 1, Device = (uint)device.Device.Value, Kind = 77, SchemaVersion = 1, Hlc = (ulong)device.NextHeader().Hlc.Packed }.ToByteArray(), .. Later];
        device.Append(bytes);
        device.Sell();
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = call;
        var ack = await call.PushAsync(device.Batch(1, 2));

        Assert.That(ack.AppliedThrough, Is.EqualTo(2));
        Assert.That(ack.Dispositions.Single(), Has.Property("Kind").EqualTo(DispositionKind.Quarantined).And.Property("FirstSequence").EqualTo(1ul));
        Assert.That(await shop.ScalarAsync<byte[]>("select bytes from journal where quarantine_code is not null"), Is.EqualTo(bytes));
    }

    /// <summary>Field 500 with three bytes.</summary>
    static byte[] Later => [0xA2, 0x1F, 3, 1, 2, 3];

    static byte[] EncodedAgain(TestDevice device)
    {
        var sold = device.Sell();
        // Only its bytes are wanted: what goes up is the same sale as a later release writes it.
        device.Forget(sold);
        return sold.Bytes.ToArray();
    }
}
