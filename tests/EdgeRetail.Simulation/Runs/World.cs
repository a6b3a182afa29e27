using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.Simulation.Checking;
using EdgeRetail.Simulation.Cloud;
using EdgeRetail.Simulation.Devices;
using EdgeRetail.Simulation.Schedule;
using Google.Protobuf;

namespace EdgeRetail.Simulation.Runs;

/// <summary>Everything of one run: time, chance, the cloud, the machines, and the checker that watches them.</summary>
sealed class World : IDisposable
{
    readonly List<Machine> machines = [];
    int devicesAdded;

    readonly IStorage storage;

    public World(SimulationOptions options, long seed, IStoragePlace place, TextWriter? lines)
    {
        Options = options;
        Chance = new((ulong)seed * 2 + 1);
        LaterChance = new((ulong)seed ^ 0x1A7E_2FAE_1175_0000);
        Queue = new();
        Trace = new(Queue, lines);
        var stores = Enumerable.Range(1, options.Stores).Select(number => new StoreId(number)).ToList();
        storage = place.Open(Queue, options, new((ulong)seed * 2 + 2), new((ulong)seed ^ 0x5EED_5E21_E500_0000), stores);
        Checker = new(stores);
        Replicas = [new(), new()];
    }

    public SimulationOptions Options { get; }

    public Chance Chance { get; }

    /// <summary>For what came to the simulator later: where it does not happen, a seed goes the way that it went before.</summary>
    public Chance LaterChance { get; }

    public EventQueue Queue { get; }

    public Trace Trace { get; }

    public Tally Tally { get; } = new();

    public Checker Checker { get; }

    public ICloudDatabase Database => storage.Database;

    public IReadOnlyList<Replica> Replicas { get; }

    public IReadOnlyList<Machine> Machines => machines;

    public bool DatabaseIsAway { get; set; }

    /// <summary>Whether too many batches wait for their turn.</summary>
    public bool IsOverloaded { get; set; }

    /// <summary>So many entries of a batch are taken, whatever was said; null: as many as was said.</summary>
    public int? TakesEntriesMax { get; set; }

    /// <summary>What a directed scenario loses of what is sent; null: nothing.</summary>
    public Func<Machine, IMessage, bool>? Loses { get; set; }

    /// <summary>What a directed scenario makes of what the cloud says; null: nothing.</summary>
    public Func<Machine, CloudMessage, CloudMessage>? Alters { get; set; }

    /// <summary>Whether faults still come.</summary>
    public bool FaultsLast { get; set; } = true;

    /// <summary>Whether the fault happens now, where it comes in so many of a hundred cases.</summary>
    public bool Meets(Faults fault, double percent)
    {
        if (!FaultsLast || !Options.Faults.HasFlag(fault) || !Chance.Percent(percent)) return false;
        Tally.Add($"fault {fault}");
        return true;
    }

    /// <summary>The same for a fault that the simulator got later.</summary>
    public bool MeetsLater(Faults fault, double percent)
    {
        if (!FaultsLast || !Options.Faults.HasFlag(fault) || !LaterChance.Percent(percent)) return false;
        Tally.Add($"fault {fault}");
        return true;
    }

    public void Fault(string what, long who)
    {
        Tally.Add($"fault {what}");
        Trace.Note($"fault {what}", who);
    }

    public string NextDeviceCode() => $"T{++devicesAdded}";

    public bool Knows(DeviceId device) => Database.Knows(device);

    public Machine AddMachine(StoreId store)
    {
        var clock = new MachineClock(Queue);
        var enrolment = Database.Add(store, NextDeviceCode(), null);
        Checker.Assigned(enrolment.Device, store);
        return Add(clock, storage.NewDisk(clock, enrolment));
    }

    /// <summary>A machine whose disk is a copy.</summary>
    public Machine AddCopy(DiskImage image)
    {
        var clock = new MachineClock(Queue);
        return Add(clock, storage.NewDisk(clock, image));
    }

    /// <summary>A person makes the machine a device of its own, with what is on its disk.</summary>
    public void EnrolAnew(Machine machine)
    {
        var device = machine.Disk.Identity.Device;
        var enrolment = Database.Add(Database.StoreOf(device), NextDeviceCode(), device);
        Checker.Assigned(enrolment.Device, enrolment.Store, device);
        machine.Adopt(enrolment);
    }

    Machine Add(MachineClock clock, IDeviceDisk disk)
    {
        // Half of them hide what hardware they are.
        var number = machines.Count + 1;
        var machine = new Machine(this, number, clock, disk, Chance.OneIn(2) ? $"machine-{number}" : "");
        machines.Add(machine);
        return machine;
    }

    /// <summary>What is left, where it is in databases.</summary>
    public Remains? Remains => storage is RealStorage real
        ? new(real.Ledgers, real.ConnectionString, Checker.MayLose, Checker.SetBack, MachineClock.Beginning + Queue.Now)
        : null;

    /// <summary>Staff record now and then, as long as faults last.</summary>
    public void StartSelling(Machine machine) => Queue.After(Chance.Seconds(2, 30), () =>
    {
        if (!FaultsLast) return;
        machine.Sell();
        if (Chance.OneIn(6)) machine.Prune();
        StartSelling(machine);
    });

    /// <summary>A replica committed to the store: it knows at once, the others when they ask.</summary>
    public void StoreMoved(StoreId store, Replica? by)
    {
        by?.StoreMoved(store);
        Queue.After(Chance.Milliseconds(1, 100), () =>
        {
            foreach (var replica in Replicas) replica.StoreMoved(store);
        });
    }

    /// <summary>Another server answers: every replica looks at every store.</summary>
    public void AllStoresMoved()
    {
        foreach (var store in Database.Stores) StoreMoved(store, null);
    }

    public void Dispose()
    {
        foreach (var machine in machines) machine.Disk.Dispose();
        storage.Dispose();
    }
}
