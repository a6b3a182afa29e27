using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Simulation.Checking;

namespace EdgeRetail.Simulation.Runs;

/// <summary>One seed from its beginning to its verdict: faults for a while, then none, then everything comes to rest and is checked.</summary>
static class SeedRun
{
    public static readonly TimeSpan RestWithin = TimeSpan.FromHours(3);
    static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    /// <param name="inspect">Looks at what a run over databases left; what is broken, or null.</param>
    public static SeedOutcome Run(SimulationOptions options, long seed, TextWriter? lines = null, IStoragePlace? place = null, Func<Remains, string?>? inspect = null)
    {
        using var world = new World(options, seed, place ?? Memory.Instance, lines);
        string? violation = null;
        try
        {
            Run(world);
            if (inspect is not null && world.Remains is { } remains && inspect(remains) is { } broken) throw new ViolationException("checker", broken);
        }
        catch (ViolationException e)
        {
            violation = e.Message;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever a side throws stops that seed and is told as what is broken.
            violation = $"{e.GetType().Name}: {e.Message}{e.StackTrace?.Split('\n').FirstOrDefault()}";
        }

        lines?.WriteLine(violation ?? "holds");
        return new(seed, violation, world.Trace.Hash, world.Tally, world.Checker.RecordedCount, world.Queue.Now);
    }

    static void Run(World world)
    {
        var backups = new Backups(world);
        for (var device = 0; device < world.Options.Devices; device++)
        {
            var machine = world.AddMachine(new StoreId(1 + (device % world.Options.Stores)));
            machine.Start();
            world.StartSelling(machine);
        }

        backups.Run();
        new FaultScript(world, backups).Run();
        new LaterFaultScript(world, backups).Run();
        new Operator(world, backups).Run();
        var faulty = TimeSpan.FromMinutes(world.Options.Minutes);
        while (world.Queue.Step(faulty))
        {
        }

        EndFaults(world);
        Rest(world, faulty + RestWithin);
        var contents = world.Database.Contents();
        world.Checker.CheckAtRest(world.Machines, contents);
        Outcome.Note(world, contents);
    }

    public static void EndFaults(World world)
    {
        world.FaultsLast = false;
        (world.DatabaseIsAway, world.IsOverloaded, world.TakesEntriesMax) = (false, false, null);
        foreach (var machine in world.Machines)
        {
            machine.Disk.IsFull = false;
            machine.EndDamagedCall();
            world.Checker.CheckView(machine);
            // Somebody switches it off and on one day: rows are summed when pages come, and to a quiet store none do.
            if (world.Checker.IsRotten(machine)) machine.Restart();
        }
    }

    public static void Rest(World world, TimeSpan until)
    {
        while (!world.Machines.All(machine => machine.IsAtRest))
        {
            if (world.Queue.Now >= until) throw new ViolationException("L1", $"not at rest after {RestWithin}: {string.Join(", ", world.Machines.Where(machine => !machine.IsAtRest).Select(machine => machine.Describe()))}");
            var look = world.Queue.Now + LookInterval;
            while (world.Queue.Step(look))
            {
            }
        }
    }
}
