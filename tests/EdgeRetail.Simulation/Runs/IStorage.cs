using EdgeRetail.EdgeAgent.Enrolment;
using EdgeRetail.Simulation.Cloud;
using EdgeRetail.Simulation.Devices;

namespace EdgeRetail.Simulation.Runs;

/// <summary>The cloud's database and the devices' disks of one run.</summary>
interface IStorage : IDisposable
{
    ICloudDatabase Database { get; }

    /// <summary>The disk of a device that was just enrolled.</summary>
    IDeviceDisk NewDisk(MachineClock clock, DeviceEnrolment enrolment);

    /// <summary>A copy.</summary>
    IDeviceDisk NewDisk(MachineClock clock, DiskImage image);
}
