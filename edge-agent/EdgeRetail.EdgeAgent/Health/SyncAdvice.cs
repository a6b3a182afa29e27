using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Health;

/// <summary>What a sync error is about and what a person can do about it; the same on every surface. Pure.</summary>
public static class SyncAdvice
{
    const string Network = "Selling goes on. Check the network and that the cloud runs; the device tries again by itself.";
    const string Cloud = "Selling goes on. The cloud has trouble of its own; the device tries again by itself.";
    const string Answer = "Check the cloud's address and whether a proxy or a login page stands between.";
    const string Address = "Use a cloud on this machine, as http://127.0.0.1:PORT.";
    const string Token = "Have the device added again in the cloud and enrol it with the new file; the ledger is kept.";
    const string ShutOut = "The cloud's operator has shut this device out. Ask them; the ledger is kept.";
    const string History = "Selling goes on and nothing is lost. Tell support: the ledger or the cloud was set back or copied.";
    const string Ledger = "Run 'edgeretail verify' and tell support; keep the data directory as it is.";
    const string Unknown = "Selling goes on; the device tries again by itself. Tell support if it stays so.";

    static readonly Dictionary<string, (SyncFault Fault, string NextStep)> ByCode = new(StringComparer.Ordinal)
    {
        ["CLOUD_UNREACHABLE"] = (SyncFault.Network, Network),
        ["CLOUD_TIMEOUT"] = (SyncFault.Network, Network),
        ["CALL_FAILED"] = (SyncFault.Network, Network),
        ["CLOUD_BUSY"] = (SyncFault.Cloud, Cloud),
        ["OVERLOADED"] = (SyncFault.Cloud, Cloud),
        ["DATABASE_UNAVAILABLE"] = (SyncFault.Cloud, Cloud),
        ["CLOUD_NOT_UNDERSTOOD"] = (SyncFault.Answer, Answer),
        ["CLOUD_MESSAGE_INVALID"] = (SyncFault.Answer, Answer),
        ["CLOUD_MESSAGE_UNEXPECTED"] = (SyncFault.Answer, Answer),
        ["TRANSPORT_NOT_LOOPBACK"] = (SyncFault.Address, Address),
        ["CLOUD_ADDRESS_INVALID"] = (SyncFault.Address, Address),
        ["DEVICE_TOKEN_MISSING"] = (SyncFault.Refusal, Token),
        ["DEVICE_TOKEN_UNKNOWN"] = (SyncFault.Refusal, Token),
        ["DEVICE_REVOKED"] = (SyncFault.Refusal, ShutOut),
        ["REVOKED"] = (SyncFault.Refusal, ShutOut),
        ["CLONE_SUSPECTED"] = (SyncFault.Refusal, History),
        ["NEW_STREAM_REQUIRED"] = (SyncFault.History, History),
        ["SNAPSHOT_REQUIRED"] = (SyncFault.History, History),
        ["SEQUENCE_CONTENT_MISMATCH"] = (SyncFault.History, History),
        ["CHAIN_MISMATCH"] = (SyncFault.History, History),
        ["PROTOCOL_UNSUPPORTED"] = (SyncFault.Release, "Update this device's software, or the cloud's."),
        [LedgerException.DiskFull] = (SyncFault.Disk, "Free space on this device's disk; nothing that was recorded is lost."),
        [LedgerException.Damaged] = (SyncFault.Ledger, Ledger),
        [LedgerException.Unusable] = (SyncFault.Ledger, Ledger),
        [LedgerException.WriteFailed] = (SyncFault.Ledger, "Check this device's disk and who may write there; the device tries again by itself."),
        [LedgerException.NotEnrolled] = (SyncFault.Ledger, Token),
        [LedgerException.Busy] = (SyncFault.Ledger, "End the program that has the ledger open; the device tries again by itself."),
        ["LEDGER_CHAIN_BROKEN"] = (SyncFault.Entry, "Run 'edgeretail verify' and tell support; selling goes on."),
        ["BATCH_TOO_LARGE"] = (SyncFault.Entry, "Tell support: an entry is larger than the cloud takes. Selling goes on."),
        ["SYNC_FAILED"] = (SyncFault.Other, Unknown),
    };

    /// <summary>The codes that have words of their own.</summary>
    public static IReadOnlyCollection<string> Codes => ByCode.Keys;

    public static SyncFault FaultOf(string code) => ByCode.TryGetValue(code, out var known) ? known.Fault : SyncFault.Other;

    public static string NextStep(string code) => ByCode.TryGetValue(code, out var known) ? known.NextStep : Unknown;
}
