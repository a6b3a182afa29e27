using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Simulation.Devices;

namespace EdgeRetail.Simulation.Runs;

/// <summary>
/// Brings the faults that the simulator got after its first ones, out of a chance of their own: where they are left out, a seed
/// goes the way that it went before there were any.
/// </summary>
sealed class LaterFaultScript(World world, Backups backups)
{
    const int LooksMax = 40;

    static readonly Faults[] Brought = [Faults.Revoke, Faults.Overload, Faults.SmallBatches, Faults.SameSession, Faults.Drift, Faults.Rot, Faults.StreamLost];

    /// <summary>The last comes to nothing most often: the feed may tell the device first.</summary>
    static readonly Twins[] Kinds = [Twins.Older, Twins.Equal, Twins.Forgotten, Twins.Forgotten];

    /// <summary>Shares of the time that passes: what cheap crystals do, and what broken ones do.</summary>
    static readonly double[] Drifts = [-0.02, -0.0005, 0, 0.0005, 0.02];

    readonly Faults[] possible = [.. Brought.Where(fault => world.Options.Faults.HasFlag(fault))];
    bool hasTwins;

    public void Run()
    {
        if (!world.FaultsLast || possible.Length == 0) return;
        world.Queue.After(world.LaterChance.Seconds(20, 120), Run);
        Bring(world.LaterChance.Of(possible), world.LaterChance.Of(world.Machines));
    }

    void Bring(Faults fault, Machine machine)
    {
        switch (fault)
        {
            case Faults.Revoke when !world.DatabaseIsAway && world.LaterChance.OneIn(4): Revoke(machine.Disk.Identity.Device); break;
            case Faults.Overload when !world.IsOverloaded:
                world.Fault("Overload", 0);
                world.IsOverloaded = true;
                world.Queue.After(world.LaterChance.Seconds(1, 20), () => world.IsOverloaded = false);
                break;
            case Faults.SmallBatches when world.TakesEntriesMax is null:
                world.Fault("SmallBatches", 0);
                world.TakesEntriesMax = world.LaterChance.Between(1, 3);
                world.Queue.After(world.LaterChance.Seconds(10, 90), () => world.TakesEntriesMax = null);
                break;
            case Faults.SameSession when !hasTwins: BeginTwins(machine); break;
            case Faults.StreamLost when CanBreak(machine) && world.LaterChance.OneIn(4): LoseStream(machine); break;
            case Faults.Rot: Rot(machine); break;
            case Faults.Drift:
                world.Fault("Drift", machine.Number);
                machine.Clock.Drift(world.LaterChance.Of(Drifts));
                break;
        }
    }

    // ---- Rotten

    /// <summary>One figure of the cache is another, or its row is gone; half of the machines are started again soon.</summary>
    void Rot(Machine machine)
    {
        var rows = machine.Disk.Cached().Where(row => row.Value != 0).OrderBy(row => row.Key).ToList();
        if (rows.Count == 0 || machine.Disk.IsFull) return;
        var (product, onHand) = world.LaterChance.Of(rows);
        world.Fault("Rot", machine.Number);
        world.Checker.Rotted(machine);
        machine.Disk.Rot(product, world.LaterChance.OneIn(4) ? null : onHand + (1_000 * world.LaterChance.Between(1, 9)));
        world.Checker.CheckView(machine);
        if (world.LaterChance.OneIn(2)) world.Queue.After(world.LaterChance.Seconds(1, 60), machine.Restart);
    }

    // ---- Revoked

    /// <summary>All that has the device's identity is refused until a person enrols each anew; nobody's entries are given up.</summary>
    void Revoke(DeviceId device)
    {
        if (world.Database.Held().Contains(device) || Having(device).Count == 0) return;
        world.Fault("Revoke", device.Value);
        world.Database.Revoke(device);
        backups.Forget();
        world.Queue.After(world.LaterChance.Seconds(60, 400), () => EnrolAnew(device));
    }

    List<Machine> Having(DeviceId device) => [.. world.Machines.Where(machine => machine.Disk.Identity.Device == device)];

    void EnrolAnew(DeviceId device)
    {
        var machines = Having(device);
        if (world.DatabaseIsAway || machines.Exists(machine => machine.Disk.IsFull))
        {
            world.Queue.After(TimeSpan.FromMinutes(1), () => EnrolAnew(device));
            return;
        }

        foreach (var machine in machines) world.EnrolAnew(machine);
        world.Tally.Add("operator enrolled anew", machines.Count);
        backups.Forget();
        // An image of before may be put back later.
        world.Queue.After(TimeSpan.FromMinutes(1), () => EnrolAnew(device));
    }

    // ---- A stream that a standby never heard of

    /// <summary>The device asks for a new stream and gets it; the server that answers from then on is of before.</summary>
    void LoseStream(Machine machine)
    {
        var before = backups.Take();
        machine.AskForNewStream();
        WhenInSession(machine, () =>
        {
            if (!CanBreak(machine) || !backups.Restore(before)) return;
            world.Fault("StreamLost", machine.Number);
            world.AllStoresMoved();
        });
    }

    // ---- Two sessions of one number

    /// <summary>What the copy has of the stream when it opens the session, and what the device has sent in its own.</summary>
    enum Twins
    {
        /// <summary>Less than the cloud: it begins a new stream, and the device goes on with the closed one.</summary>
        Older,

        /// <summary>As much as the cloud and the device: both sell, and have other entries at one sequence.</summary>
        Equal,

        /// <summary>As much as the cloud, which has forgotten what the device sent since: the device continues another chain.</summary>
        Forgotten,
    }

    /// <summary>
    /// A copy of the disk is taken. The device opens its next session, and a failover takes that back under the open call; the
    /// copy then opens the session of that number.
    /// </summary>
    void BeginTwins(Machine machine)
    {
        if (!CanBreak(machine)) return;
        hasTwins = true;
        var (kind, image) = (world.LaterChance.Of(Kinds), machine.Disk.TakeImage());
        if (kind == Twins.Older) machine.Sell();
        world.Queue.After(TimeSpan.FromSeconds(kind == Twins.Older ? 2 : 0), () => BreakFor(machine, image, kind));
    }

    bool CanBreak(Machine machine) =>
        world.FaultsLast && machine.IsInSession && !machine.IsCutOff && !world.DatabaseIsAway && !world.Database.Held().Contains(machine.Disk.Identity.Device);

    void BreakFor(Machine machine, DiskImage image, Twins kind)
    {
        if (!CanBreak(machine)) return;
        var before = backups.Take();
        machine.Calls = world.Replicas[0];
        machine.BreakCall();
        WhenInSession(machine, () =>
        {
            if (kind == Twins.Forgotten) machine.Sell();
            world.Queue.After(world.LaterChance.Milliseconds(150, 400), () => Twin(machine, image, before, kind));
        });
    }

    void Twin(Machine machine, DiskImage image, Backups.Point before, Twins kind)
    {
        machine.Calls = null;
        if (!CanBreak(machine) || !backups.Restore(before)) return;
        world.Fault("SameSession", machine.Number);
        // Replicas look at once where another server answers, and learn that late where the change goes unseen.
        world.Queue.After(world.LaterChance.Seconds(1, 8), world.AllStoresMoved);
        world.Checker.Copied(machine.Disk.Identity.DeviceCode);
        var copy = world.AddCopy(image);
        copy.Calls = world.Replicas[1];
        world.Checker.Copied(copy.Disk.Identity.DeviceCode);
        copy.Start();
        // It sells this once: one device more that sells until the end would make every run longer.
        WhenInSession(copy, () =>
        {
            copy.Calls = null;
            if (kind != Twins.Older) copy.Sell();
            world.Queue.After(world.LaterChance.Milliseconds(0, 90), machine.Sell);
        });
    }

    void WhenInSession(Machine machine, Action then) => WhenInSession(machine, LooksMax, then);

    void WhenInSession(Machine machine, int looks, Action then)
    {
        world.Queue.After(TimeSpan.FromMilliseconds(100), () =>
        {
            if (machine.IsInSession) then();
            else if (looks > 0 && world.FaultsLast) WhenInSession(machine, looks - 1, then);
            else machine.Calls = null;
        });
    }
}
