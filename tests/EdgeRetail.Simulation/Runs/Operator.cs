using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Runs;

/// <summary>The person who sees to held devices: enrols one of the copies as a new device and lets the other go on.</summary>
sealed class Operator(World world, Backups backups)
{
    static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    readonly HashSet<DeviceId> seen = [];

    public void Run()
    {
        world.Queue.After(Interval, Run);
        if (world.DatabaseIsAway) return;
        var held = world.Database.Held();
        foreach (var device in held)
        {
            if (!seen.Remove(device)) seen.Add(device);
            else SeeTo(device);
        }
    }

    void SeeTo(DeviceId device)
    {
        var copies = world.Machines.Where(machine => machine.Disk.Identity.Device == device).ToList();
        if (copies.Exists(copy => copy.Disk.IsFull))
        {
            seen.Add(device);
            return;
        }

        if (copies.Count > 1)
        {
            var chosen = world.Chance.Of(copies);
            world.EnrolAnew(chosen);
            world.Tally.Add("operator enrolled a copy");
            world.Trace.Note("enrolled", chosen.Number);
        }

        world.Database.Release(device);
        world.Tally.Add("operator released");
        world.Trace.Note("released", device.Value);
        backups.Forget();
    }
}
