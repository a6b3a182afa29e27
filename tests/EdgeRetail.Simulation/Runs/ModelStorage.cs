using EdgeRetail.EdgeAgent.Enrolment;
using EdgeRetail.Simulation.Cloud;
using EdgeRetail.Simulation.Devices;
using EdgeRetail.Simulation.Schedule;

namespace EdgeRetail.Simulation.Runs;

/// <summary>Rows in memory.</summary>
sealed class ModelStorage(SimulationOptions options, Chance series, ModelDatabase database) : IStorage
{
    public ICloudDatabase Database => database;

    public IDeviceDisk NewDisk(MachineClock clock, DeviceEnrolment enrolment) => new ModelDisk(clock, options, series, enrolment);

    public IDeviceDisk NewDisk(MachineClock clock, DiskImage image) => new ModelDisk(clock, options, series, (ModelDiskImage)image);

    public void Dispose() => database.Dispose();
}
