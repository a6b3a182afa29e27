using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EdgeAgent.Sync;
using EdgeRetail.Simulation.Cloud;
using EdgeRetail.Simulation.Devices;
using EdgeRetail.Simulation.Runs;
using Google.Protobuf;

namespace EdgeRetail.Simulation.Network;

/// <summary>
/// One call's two directions. Between healthy ends messages arrive in order; faults lose, repeat and delay them, and each end
/// may go on long after the other has given up.
/// </summary>
sealed class Line
{
    const double LossPercent = 0.6;
    const double DuplicatePercent = 1;
    const double ReorderPercent = 0.8;
    const double ZombiePercent = 0.8;
    const double CorruptPercent = 1;

    readonly World world;
    readonly Machine machine;
    TimeSpan upAt;
    TimeSpan downAt;
    bool deviceLeft;

    public Line(World world, Machine machine, Replica replica)
    {
        this.world = world;
        this.machine = machine;
        Call = new(world, replica, machine.Disk.Identity.Device, this);
    }

    public ReplicaCall Call { get; }

    /// <summary>Whether a message was lost, repeated or overtaken: no transport in order does that for long.</summary>
    public bool IsDamaged { get; private set; }

    public void SendUp(DeviceMessage message)
    {
        if (machine.IsCutOff || world.Loses?.Invoke(machine, message) == true)
        {
            IsDamaged = true;
            return;
        }

        var carried = message.MessageCase == DeviceMessage.MessageOneofCase.Batch && world.MeetsLater(Faults.Corrupt, CorruptPercent) ? Corrupted(message) : message;
        Carry(ref upAt, () => Call.Take(carried));
        if (message.MessageCase == DeviceMessage.MessageOneofCase.Batch && world.Meets(Faults.Zombie, ZombiePercent))
            world.Queue.After(world.Chance.Seconds(60, 900), () => Call.Take(message));
    }

    public void SendDown(CloudMessage message)
    {
        if (machine.IsCutOff || world.Loses?.Invoke(machine, message) == true)
        {
            IsDamaged = true;
            return;
        }

        Carry(ref downAt, () => machine.Hear(this, message));
    }

    /// <summary>The cloud ends the call, after what it sent.</summary>
    public void EndDown(CallStatus status, string? code, TimeSpan? retryAfter)
    {
        if (machine.IsCutOff) return;
        var delay = Ordered(ref downAt);
        world.Queue.After(delay, () => machine.HearEnd(this, status, code, retryAfter));
    }

    /// <summary>The device has ended the call; the cloud may not learn of it.</summary>
    public void LeaveUp(bool told)
    {
        if (deviceLeft) return;
        deviceLeft = true;
        if (told && !machine.IsCutOff) world.Queue.After(Ordered(ref upAt), Call.DeviceLeft);
    }

    /// <summary>The batch with one bit of one entry turned over; the device's own stays as it is.</summary>
    DeviceMessage Corrupted(DeviceMessage message)
    {
        var corrupted = message.Clone();
        var index = world.LaterChance.Below(corrupted.Batch.Entries.Count);
        var bytes = corrupted.Batch.Entries[index].ToByteArray();
        bytes[world.LaterChance.Below(bytes.Length)] ^= (byte)(1 << world.LaterChance.Below(8));
        corrupted.Batch.Entries[index] = ByteString.CopyFrom(bytes);
        return corrupted;
    }

    void Carry(ref TimeSpan lastAt, Action deliver)
    {
        if (world.Meets(Faults.Loss, LossPercent))
        {
            IsDamaged = true;
            return;
        }

        if (world.Meets(Faults.Reorder, ReorderPercent))
        {
            IsDamaged = true;
            world.Queue.After(world.Chance.Milliseconds(100, 20_000), deliver);
            return;
        }

        world.Queue.After(Ordered(ref lastAt), deliver);
        if (!world.Meets(Faults.Duplicate, DuplicatePercent)) return;
        IsDamaged = true;
        world.Queue.After(world.Chance.Milliseconds(10, 8_000), deliver);
    }

    TimeSpan Ordered(ref TimeSpan lastAt)
    {
        var at = world.Queue.Now + world.Chance.Milliseconds(3, 60);
        lastAt = at > lastAt ? at : lastAt;
        return lastAt - world.Queue.Now;
    }
}
