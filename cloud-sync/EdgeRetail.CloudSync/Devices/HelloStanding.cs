using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>
/// What the database says of the device that said Hello. <see cref="AppliedThrough"/> and <see cref="AppliedChain"/> are the
/// presented stream's, at the start where the database does not have it.
/// </summary>
public sealed record HelloStanding(
    string State,
    long SessionNumber,
    long LastUsedSession,
    StreamId CurrentStream,
    long AppliedThrough,
    ChainHash AppliedChain,
    bool StoreCursorKnown,
    bool CatalogueCursorKnown);
