using EdgeRetail.CloudSync.ChangeFeed;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>What every session of this replica works with.</summary>
sealed partial class SessionServices(
    BatchIngest ingest, FeedHeads heads, StoreFeedReader storeFeed, CatalogueFeedReader catalogueFeed, SnapshotReader snapshots, DeviceStatusWriter status, ClockOffsetStore clockOffsets, TimeProvider clock, Random random,
    ILogger<SessionServices> logger)
{
    public BatchIngest Ingest => ingest;

    public FeedHeads Heads => heads;

    public StoreFeedReader StoreFeed => storeFeed;

    public CatalogueFeedReader CatalogueFeed => catalogueFeed;

    public SnapshotReader Snapshots => snapshots;

    public DeviceStatusWriter Status => status;

    public ClockOffsetStore ClockOffsets => clockOffsets;

    public TimeProvider Clock => clock;

    public Random Random => random;

    [LoggerMessage(EventId = 4001, Level = LogLevel.Warning, Message = "Device {Device} refused with {Code}: {Text}")]
    public partial void LogRefused(DeviceId device, string code, string text);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Error, Message = "Device {Device} gets no more pages: {Text}")]
    public partial void LogFeedEnded(DeviceId device, string text);

    [LoggerMessage(EventId = 4003, Level = LogLevel.Warning, Message = "Device {Device} has feeds of another history and reads them anew: {Feeds}")]
    public partial void LogResync(DeviceId device, string feeds);
}
