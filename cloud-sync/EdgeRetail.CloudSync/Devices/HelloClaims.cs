using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>What a Hello says that decides about the session.</summary>
public sealed record HelloClaims(
    int ProtocolMin,
    int ProtocolMax,
    StreamId? Stream,
    long LastSequence,
    ChainHash? LastChain,
    long OldestRetained,
    SessionTokenReading Token,
    ForkClaim? Fork,
    long BootId,
    string Fingerprint);
