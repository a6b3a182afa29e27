using EdgeRetail.CloudSync.DayCloses;

namespace EdgeRetail.CloudSync.Storage;

/// <summary>A close of a till, and the cloud's answer to it. Owned by the store.</summary>
public sealed class DayCloseRow
{
    public required int StoreId { get; init; }

    public required Guid EntryId { get; init; }

    /// <summary>The device that sent it.</summary>
    public required int DeviceId { get; init; }

    /// <summary>The close's version of the store.</summary>
    public required long Version { get; init; }

    public DayCloseState State { get; set; }

    /// <summary>The date that is closed; null until the close was read.</summary>
    public DateOnly? ClosedDate { get; set; }

    /// <summary>As it goes down to the device; null until it is answered.</summary>
    public byte[]? Answer { get; set; }

    public long? AnsweredAtMs { get; set; }

    /// <summary>It goes down with the page that holds this version, or before: the version after the store's when it was answered.</summary>
    public long? DueAtVersion { get; set; }

    /// <summary>Numbers the store's answers, so that a session sends each once.</summary>
    public long? AnswerNumber { get; set; }
}
