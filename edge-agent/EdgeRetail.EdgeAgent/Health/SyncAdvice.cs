namespace EdgeRetail.EdgeAgent.Health;

/// <summary>What a person can do about a sync error; the same on every surface. Pure.</summary>
public static class SyncAdvice
{
    public static string NextStep(string code) => code switch
    {
        "CLOUD_UNREACHABLE" or "CLOUD_TIMEOUT" or "CALL_FAILED" => "Selling goes on. Check the network and that the cloud runs; the device tries again by itself.",
        "CLOUD_BUSY" or "DATABASE_UNAVAILABLE" => "Selling goes on. The cloud has trouble of its own; the device tries again by itself.",
        "CLOUD_NOT_UNDERSTOOD" => "Check the cloud's address and whether a proxy or a login page stands between.",
        "TRANSPORT_NOT_LOOPBACK" or "CLOUD_ADDRESS_INVALID" => "Use a cloud on this machine, as http://127.0.0.1:PORT.",
        "DEVICE_TOKEN_MISSING" or "DEVICE_TOKEN_UNKNOWN" => "Have the device added again in the cloud and enrol it with the new file; the ledger is kept.",
        "DEVICE_REVOKED" or "REVOKED" => "The cloud's operator has shut this device out. Ask them; the ledger is kept.",
        "NEW_STREAM_REQUIRED" or "SNAPSHOT_REQUIRED" or "CLONE_SUSPECTED" or "SEQUENCE_CONTENT_MISMATCH" or "CHAIN_MISMATCH" =>
            "Selling goes on and nothing is lost. Tell support: the ledger or the cloud was set back or copied.",
        "PROTOCOL_UNSUPPORTED" => "Update this device's software, or the cloud's.",
        "LEDGER_CHAIN_BROKEN" => "Run 'edgeretail verify' and tell support; selling goes on.",
        "BATCH_TOO_LARGE" => "Tell support: an entry is larger than the cloud takes. Selling goes on.",
        _ => "Selling goes on; the device tries again by itself. Tell support if it stays so.",
    };
}
