using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>
/// What the database says of the device that said Hello. <see cref="AppliedThrough"/> and <see cref="AppliedChain"/> are the
/// presented stream's, at the start where the database does not have it. <see cref="RecentForks"/>: of the last day and since
/// a person last released the device, oldest first.
/// </summary>
public sealed record HelloStanding(
    string State,
    string? HeldReason,
    long SessionNumber,
    long LastUsedSession,
    StreamId CurrentStream,
    long AppliedThrough,
    ChainHash AppliedChain,
    IReadOnlyList<StreamOpening> RecentForks);
