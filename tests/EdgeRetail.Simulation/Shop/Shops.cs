namespace EdgeRetail.Simulation.Shop;

/// <summary>What all simulated stores and machines have in common.</summary>
static class Shops
{
    public const string Currency = "EUR";
    public const string TimeZone = "Europe/Berlin";
    public const int DayCutOffMinutes = 240;
    public const string CloudAddress = "http://127.0.0.1:5001/";
    public const long DiskFreeBytes = 1L << 40;

    /// <summary>Small, so that devices meet pages that do not reach the head.</summary>
    public const int PageRows = 24;

    /// <summary>So many rows of a snapshot are answered at most: a reading takes several questions.</summary>
    public const int SnapshotRows = 3;
}
