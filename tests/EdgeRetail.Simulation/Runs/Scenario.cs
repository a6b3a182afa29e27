using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Simulation.Checking;
using EdgeRetail.Simulation.Devices;

namespace EdgeRetail.Simulation.Runs;

/// <summary>
/// A run whose course is written down: nothing happens by itself but what devices and cloud do, and an operator who sees to
/// held devices. For what chance brings about too rarely.
/// </summary>
sealed class Scenario : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    readonly Operator operatorOnDuty;

    public Scenario(ProtocolRule without, int devices)
    {
        World = new(new() { Stores = 1, Devices = devices, Faults = Faults.None, Without = without }, 1, Memory.Instance, null);
        operatorOnDuty = new(World, new(World));
        for (var device = 0; device < devices; device++) World.AddMachine(new StoreId(1)).Start();
        operatorOnDuty.Run();
    }

    public World World { get; }

    public Machine this[int machine] => World.Machines[machine];

    /// <summary>Lets things happen until it is so.</summary>
    public void Until(Func<bool> isSo)
    {
        var until = World.Queue.Now + Patience;
        while (!isSo())
        {
            if (!World.Queue.Step(until)) throw new InvalidOperationException($"Not so after {Patience}.");
        }
    }

    /// <summary>Lets this much time pass.</summary>
    public void After(TimeSpan duration)
    {
        var until = World.Queue.Now + duration;
        while (World.Queue.Step(until))
        {
        }
    }

    public void UntilAtRest() => Until(() => World.Machines.All(machine => machine.IsAtRest));

    /// <summary>Ends it as every run ends; what is broken, or null.</summary>
    public string? End()
    {
        try
        {
            SeedRun.EndFaults(World);
            SeedRun.Rest(World, World.Queue.Now + SeedRun.RestWithin);
            World.Checker.CheckAtRest(World.Machines, World.Database.Contents());
            return null;
        }
        catch (ViolationException e)
        {
            return e.Message;
        }
    }

    public void Dispose() => World.Dispose();
}
