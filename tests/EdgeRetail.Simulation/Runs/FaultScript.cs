using EdgeRetail.Simulation.Checking;
using EdgeRetail.Simulation.Devices;

namespace EdgeRetail.Simulation.Runs;

/// <summary>Brings the faults that do not sit in the network, one after another, until they are over.</summary>
sealed class FaultScript(World world, Backups backups)
{
    static readonly Faults[] Brought =
    [
        Faults.Partition, Faults.Crash, Faults.PowerCut, Faults.Image, Faults.Clone, Faults.Restore, Faults.Failover, Faults.Restart, Faults.Away, Faults.Clock, Faults.DiskFull, Faults.Move, Faults.LedgerSetBack,
        Faults.Migration,
    ];

    static readonly CrashPoint[] CrashPoints = Enum.GetValues<CrashPoint>();

    readonly Faults[] possible = [.. Brought.Where(fault => world.Options.Faults.HasFlag(fault))];
    int copies;

    public void Run()
    {
        if (!world.FaultsLast || possible.Length == 0) return;
        world.Queue.After(world.Chance.Seconds(5, 40), Run);
        var machine = world.Chance.Of(world.Machines);
        Bring(world.Chance.Of(possible), machine);
    }

    void Bring(Faults fault, Machine machine)
    {
        switch (fault)
        {
            case Faults.Partition:
                if (machine.IsCutOff) return;
                world.Fault("Partition", machine.Number);
                machine.CutOff(world.Chance.Seconds(5, 240));
                break;
            case Faults.Crash when machine.IsOn:
                Crash(machine, "Crash", () => { });
                break;
            case Faults.PowerCut when machine.IsOn:
                Crash(machine, "PowerCut", () =>
                {
                    machine.Disk.LosePower(world.Chance.Fraction());
                    world.Checker.MayHaveRotted(machine);
                    world.Checker.CheckView(machine);
                });
                break;
            case Faults.Image or Faults.LedgerSetBack: SetBack(machine, fault); break;
            case Faults.Clone: Copy(machine); break;
            case Faults.Restore: Restore(live: false); break;
            case Faults.Failover: Restore(live: true); break;
            case Faults.Restart:
                var replica = world.Chance.Below(world.Replicas.Count);
                world.Fault("Restart", replica);
                world.Replicas[replica].Restart();
                break;
            case Faults.Away when !world.DatabaseIsAway:
                world.Fault("Away", 0);
                world.DatabaseIsAway = true;
                world.Queue.After(world.Chance.Seconds(1, 60), () => world.DatabaseIsAway = false);
                break;
            case Faults.Clock:
                world.Fault("Clock", machine.Number);
                machine.Clock.Skew = TimeSpan.FromSeconds(world.Chance.Of([-56.4 * 365.25 * 86_400, -3600, -20, 0, 20, 3600, 76 * 365.25 * 86_400]));
                break;
            case Faults.DiskFull when !machine.Disk.IsFull:
                world.Fault("DiskFull", machine.Number);
                machine.Disk.IsFull = true;
                world.Queue.After(world.Chance.Seconds(5, 90), () => machine.Disk.IsFull = false);
                break;
            case Faults.Migration when machine.IsOn && machine.Disk.Release < LaterReleases.Count:
                Crash(machine, "Migration", () => Migrate(machine));
                break;
            case Faults.Move when world.Options.Stores > 1 && !world.DatabaseIsAway && world.Chance.OneIn(2):
                Move(machine);
                break;
        }
    }

    void Crash(Machine machine, string what, Action then)
    {
        if (world.Chance.OneIn(3)) machine.CrashAt(world.Chance.Of(CrashPoints), what, then);
        else machine.CrashAfter(world.Chance.Below(8), what, then);
    }

    void Migrate(Machine machine)
    {
        if (machine.Disk.IsFull || machine.Disk.Release == LaterReleases.Count) return;
        var killedAt = new double[world.Chance.Below(3)];
        for (var i = 0; i < killedAt.Length; i++) killedAt[i] = world.Chance.Fraction();
        world.Tally.Add("migration killed", killedAt.Length);
        world.Tally.Add("migration made");
        machine.Disk.Upgrade(killedAt);
        world.Checker.CheckView(machine);
    }

    /// <summary>The first time an image is taken, later it may be put back, or be replaced by a newer one.</summary>
    void SetBack(Machine machine, Faults fault)
    {
        if (machine.Backup is null || world.Chance.OneIn(3))
        {
            machine.TakeImage();
            // Put back within the same session, the ledger grows again to where the cloud has it, with other entries.
            if (world.Chance.OneIn(2)) world.Queue.After(world.Chance.Seconds(5, 60), () => PutBack(machine, offline: true, fault));
            return;
        }

        PutBack(machine, offline: world.Chance.OneIn(3), fault);
    }

    void PutBack(Machine machine, bool offline, Faults fault)
    {
        if (machine.Disk.IsFull || !world.FaultsLast) return;
        world.Fault(fault.ToString(), machine.Number);
        world.Checker.Copied(machine.Disk.Identity.DeviceCode);
        var (device, before) = (machine.Disk.Identity.Device, machine.Disk.Own().Select(own => own.Id).ToHashSet());
        machine.PutImage(ledgerAlone: fault == Faults.LedgerSetBack);
        if (fault == Faults.LedgerSetBack && device == machine.Disk.Identity.Device && !before.IsSubsetOf(machine.Disk.Own().Select(own => own.Id))) Checker.CheckLocalRollbackNoticed(machine);
        if (offline) machine.CutOff(world.Chance.Seconds(60, 240));
        world.Checker.Copied(machine.Disk.Identity.DeviceCode);
        before.ExceptWith(world.Machines.SelectMany(other => other.Disk.Own()).Select(own => own.Id));
        world.Checker.Wiped(before, backups.Durable);
    }

    void Copy(Machine machine)
    {
        if (copies >= 2 || !world.Chance.OneIn(3)) return;
        copies++;
        world.Fault("Clone", machine.Number);
        world.Checker.Copied(machine.Disk.Identity.DeviceCode);
        var copy = world.AddCopy(machine.Backup is { } backup && world.Chance.OneIn(2) ? backup : machine.Disk.TakeImage());
        world.Checker.Copied(copy.Disk.Identity.DeviceCode);
        copy.Start();
        world.StartSelling(copy);
    }

    void Restore(bool live)
    {
        if (world.DatabaseIsAway || !world.Chance.OneIn(2)) return;
        var noticed = live || !world.Chance.OneIn(4);
        if (!backups.Restore(toLast: live, noticed)) return;
        world.Fault(live ? "Failover" : noticed ? "Restore" : "Restore unnoticed", 0);
        if (live)
        {
            world.AllStoresMoved();
            return;
        }

        foreach (var replica in world.Replicas) replica.Restart();
    }

    void Move(Machine machine)
    {
        var device = machine.Disk.Identity.Device;
        var elsewhere = world.Database.Stores.Where(store => store != world.Database.StoreOf(device)).ToList();
        world.Fault("Move", machine.Number);
        var store = world.Chance.Of(elsewhere);
        world.Database.Move(device, store);
        world.Checker.Assigned(device, store);
        backups.Forget();
    }
}
