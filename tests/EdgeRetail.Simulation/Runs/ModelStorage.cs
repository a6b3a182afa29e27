using EdgeRetail.EdgeAgent.Enrolment;
using EdgeRetail.Simulation.Cloud;
using EdgeRetail.Simulation.Devices;

namespace EdgeRetail.Simulation.Runs;

/// <summary>Rows in memory.</summary>
sealed class ModelStorage(SimulationOptions options, ModelDatabase database) : IStorage
{
    public ICloudDatabase Database => database;

    public IDeviceDisk NewDisk(MachineClock clock, DeviceEnrolment enrolment) => new ModelDisk(clock, options, enrolment);

    public IDeviceDisk NewDisk(MachineClock clock, DiskImage image) => new ModelDisk(clock, options, ((ModelDiskImage)image).State);

    public void Dispose() => database.Dispose();
}
