namespace EdgeRetail.CrashLab.Tests;

/// <summary>What the product promises of a damaged ledger. The lab holds it to the one or the other behaviour; switched on, it is stricter.</summary>
static class LabPromises
{
    /// <summary>
    /// A damaged ledger is set aside and salvaged, and the device sells on. Until then it refuses with LEDGER_DAMAGED and leaves
    /// every byte as it is.
    /// </summary>
    public static bool SalvagesDamagedLedgers => true;

    /// <summary>A side file notices a ledger which went backwards, as one does whose write-ahead log lost its end.</summary>
    public static bool NoticesLostTail => true;
}
