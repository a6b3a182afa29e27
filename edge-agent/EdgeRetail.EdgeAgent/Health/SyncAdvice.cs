using EdgeRetail.EdgeAgent.Storage;
using EdgeRetail.EdgeAgent.Sync;

namespace EdgeRetail.EdgeAgent.Health;

/// <summary>What a sync error is about and what a person can do about it; the same on every surface. Pure.</summary>
public static class SyncAdvice
{
    const string Network = "Selling goes on. Check the network and that the cloud runs; the device tries again by itself.";
    const string Name = "Selling goes on. Check that the network gives this device a name service (DNS) and that the cloud's address is spelled right; the device tries again by itself.";
    const string Cloud = "Selling goes on. The cloud has trouble of its own; the device tries again by itself.";
    const string Answer = "Check the cloud's address and whether a proxy or a login page stands between.";
    const string Between = "Selling goes on. Open a browser on this network: it may want a login. Else ask who runs the network, and check the cloud's address. The device tries again by itself.";
    const string Damaged = "Selling goes on, and the device tries again by itself. If it stays so, try another network or cable, then tell support.";
    const string Address = "Use a cloud on this machine, as http://127.0.0.1:PORT.";
    const string Token = "Have the device added again in the cloud, under its id if the cloud was set back ('cloud-sync device add --device-id ID'), and enrol it with the new file; the ledger is kept.";
    const string ShutOut = "The cloud's operator has shut this device out. Ask them; the ledger is kept.";
    const string Copied = "Selling goes on and nothing is lost. A copy of this device syncs too: support has one of the two enrolled anew ('edgeretail enrol --from FILE') and releases the other.";
    const string Again = "Nothing to do: the device sends again what may be missing, by itself. Tell support if it stays so.";
    const string Corrected = "Nothing to do: the figures were brought right. Tell support if it comes again: the disk may be failing.";
    const string Begun = "Selling goes on. The cloud was set back meanwhile; the device begins again by itself.";
    const string Ledger = "Run 'edgeretail verify' and tell support; keep the data directory as it is.";
    const string Unknown = "Selling goes on; the device tries again by itself. Tell support if it stays so.";

    static readonly Dictionary<string, (SyncFault Fault, string NextStep)> ByCode = new(StringComparer.Ordinal)
    {
        ["CLOUD_UNREACHABLE"] = (SyncFault.Network, Network),
        ["CLOUD_TIMEOUT"] = (SyncFault.Network, Network),
        [CloudNameException.Code] = (SyncFault.Network, Name),
        ["CALL_FAILED"] = (SyncFault.Network, Network),
        ["NETWORK_INTERCEPTED"] = (SyncFault.Between, Between),
        ["BATCH_DAMAGED"] = (SyncFault.Way, Damaged),
        ["MESSAGE_MALFORMED"] = (SyncFault.Way, Damaged),
        ["PAGE_DAMAGED"] = (SyncFault.Way, Damaged),
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
        ["CLONE_SUSPECTED"] = (SyncFault.Refusal, Copied),
        ["LEDGER_FORKED"] = (SyncFault.History, Again),
        ["LEDGER_SET_BACK"] = (SyncFault.History, Again),
        ["STREAM_UNKNOWN"] = (SyncFault.History, Again),
        ["CLOUD_LOST_DURABLE"] = (SyncFault.History, "Nothing is to be done: what the cloud lost is sent again. Tell support that the cloud was set back."),
        ["NEW_STREAM"] = (SyncFault.History, "Nothing is to be done: everything kept here is sent again and is counted once. Tell support if nobody restored or copied this device."),
        ["RESYNCING"] = (SyncFault.History, "Nothing to do: the stock is read anew by itself, and selling goes on."),
        ["CACHE_DIFFERS"] = (SyncFault.History, Corrected),
        ["CACHE_CORRECTED"] = (SyncFault.History, Corrected),
        ["SNAPSHOT_DIFFERS"] = (SyncFault.History, Begun),
        ["FEED_CURSOR_UNKNOWN"] = (SyncFault.History, Begun),
        ["FEED_SET_BACK"] = (SyncFault.History, Begun),
        ["SEQUENCE_CONTENT_MISMATCH"] = (SyncFault.History, Again),
        ["CHAIN_MISMATCH"] = (SyncFault.History, Again),
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
