namespace EdgeRetail.CloudSync.Operations;

/// <summary>A device with its stream, the stores it was assigned to, and what became of its latest entries that were not plain.</summary>
public sealed record DeviceDetail(
    DateTimeOffset AsOf,
    DeviceSummary Device,
    int ReceiptSeries,
    DateTimeOffset CreatedAt,
    IReadOnlyList<DeviceStream> Streams,
    IReadOnlyList<DeviceAssignment> Assignments,
    IReadOnlyList<DeviceDisposition> Dispositions);
