using System.Globalization;
using EdgeRetail.EdgeAgent.Enrolment;
using EdgeRetail.Simulation.Cloud;
using EdgeRetail.Simulation.Devices;
using EdgeRetail.Simulation.Schedule;

namespace EdgeRetail.Simulation.Runs;

/// <summary>A PostgreSQL database and directories of SQLite files, for one run.</summary>
sealed class RealStorage : IStorage
{
    readonly RealDatabase database;
    readonly Chance series;
    readonly string home;
    readonly List<RealDisk> disks = [];
    int directories;
    int commands;

    public RealStorage(RealDatabase database, Chance series, string home)
    {
        this.series = series;
        this.database = database;
        this.home = home;
        Directory.CreateDirectory(home);
    }

    public ICloudDatabase Database => database;

    public IReadOnlyList<string> Ledgers => disks.ConvertAll(disk => disk.DataDirectory);

    public string ConnectionString => database.ConnectionString;

    public IDeviceDisk NewDisk(MachineClock clock, DeviceEnrolment enrolment) => Kept(RealDisk.Enrolled(clock, NewDirectory, NewCommand, series.Below, enrolment));

    public IDeviceDisk NewDisk(MachineClock clock, DiskImage image) => Kept(RealDisk.Copied(clock, NewDirectory, NewCommand, series.Below, (RealDiskImage)image));

    RealDisk Kept(RealDisk disk)
    {
        disks.Add(disk);
        return disk;
    }

    string NewDirectory() => Path.Combine(home, (++directories).ToString(CultureInfo.InvariantCulture));

    /// <summary>What a page draws by chance: never the same twice, also not after a disk was set back.</summary>
    Guid NewCommand() => new(++commands, 0, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 0);

    public void Dispose()
    {
        database.Dispose();
        Directory.Delete(home, recursive: true);
    }
}
