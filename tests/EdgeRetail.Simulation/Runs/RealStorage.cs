using System.Globalization;
using EdgeRetail.EdgeAgent.Enrolment;
using EdgeRetail.Simulation.Cloud;
using EdgeRetail.Simulation.Devices;

namespace EdgeRetail.Simulation.Runs;

/// <summary>A PostgreSQL database and directories of SQLite files, for one run.</summary>
sealed class RealStorage : IStorage
{
    readonly RealDatabase database;
    readonly string home;
    int directories;
    int commands;

    public RealStorage(RealDatabase database, string home)
    {
        this.database = database;
        this.home = home;
        Directory.CreateDirectory(home);
    }

    public ICloudDatabase Database => database;

    public IDeviceDisk NewDisk(MachineClock clock, DeviceEnrolment enrolment) => RealDisk.Enrolled(clock, NewDirectory, NewCommand, enrolment);

    public IDeviceDisk NewDisk(MachineClock clock, DiskImage image) => RealDisk.Copied(clock, NewDirectory, NewCommand, (RealDiskImage)image);

    string NewDirectory() => Path.Combine(home, (++directories).ToString(CultureInfo.InvariantCulture));

    /// <summary>What a page draws by chance: never the same twice, also not after a disk was set back.</summary>
    Guid NewCommand() => new(++commands, 0, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 0);

    public void Dispose()
    {
        database.Dispose();
        Directory.Delete(home, recursive: true);
    }
}
