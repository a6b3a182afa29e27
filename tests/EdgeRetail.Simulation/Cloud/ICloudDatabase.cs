using EdgeRetail.CloudSync.ChangeFeed;
using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EdgeAgent.Enrolment;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>The cloud's database as its replicas and its operators use it.</summary>
interface ICloudDatabase : IDisposable
{
    IncarnationId Incarnation { get; }

    IReadOnlyList<StoreId> Stores { get; }

    /// <summary>Decides a Hello and commits what came of it.</summary>
    SessionOpening Open(DeviceId device, Hello hello);

    /// <summary>Takes one part of a batch in one transaction.</summary>
    BatchOutcome Ingest(DeviceId device, AssignedStores assigned, BatchPart part);

    /// <summary>When the store's journal says that these entries happened, packed, and which device sent them.</summary>
    IReadOnlyDictionary<EntryId, (long Time, int Device)> TimesOf(StoreId store, IReadOnlyCollection<EntryId> entries);

    /// <summary>The page of the store's feed after the cursor, if the feed's history holds it.</summary>
    FeedPage Read(StoreId store, long cursor, FeedHash hash, StreamId stream);

    /// <summary>The store's stock rows that were asked for.</summary>
    SnapshotPage Read(StoreId store, SnapshotRead read);

    /// <summary>What device and cloud agreed about the device's clock, unless something is agreed for the boot already.</summary>
    void SaveOffset(DeviceId device, OffsetRecord offset);

    long HeadOf(StoreId store);

    DeviceEnrolment Add(StoreId store, string code, DeviceId? predecessor);

    /// <summary>Devices that wait for a person.</summary>
    IReadOnlyList<DeviceId> Held();

    void Release(DeviceId device);

    /// <summary>The device may not sync any more.</summary>
    void Revoke(DeviceId device);

    /// <summary>The device stands in another store from now on.</summary>
    void Move(DeviceId device, StoreId store);

    bool Knows(DeviceId device);

    /// <summary>The store that the device is assigned to.</summary>
    StoreId StoreOf(DeviceId device);

    CloudImage TakeImage();

    /// <summary>The database is as the image was, under a new incarnation where somebody noticed.</summary>
    void Put(CloudImage image, bool noticed);

    /// <summary>What the image has of each stream is safe against every restore from now on.</summary>
    void PublishDurable(CloudImage image);

    /// <summary>What the tables hold, for the checks.</summary>
    CloudContents Contents();
}
