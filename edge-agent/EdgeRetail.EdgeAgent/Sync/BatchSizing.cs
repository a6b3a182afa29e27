namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>
/// How much goes into one batch: everything there is up to the cloud's limits, half after a batch was too large or no answer
/// came, twice after each acknowledgement until the limits are reached again. Kept from session to session.
/// </summary>
public readonly record struct BatchSizing(int Entries, int Bytes)
{
    public static readonly BatchSizing Unlimited = new(int.MaxValue, int.MaxValue);

    /// <summary>Half of what was tried; null where one entry was already too much.</summary>
    public static BatchSizing? HalfOf(int entriesTried, int bytesTried) =>
        entriesTried <= 1 ? null : new(entriesTried / 2, Math.Max(1, bytesTried / 2));

    public BatchSizing Grown() => new(Twice(Entries), Twice(Bytes));

    static int Twice(int value) => value > int.MaxValue / 2 ? int.MaxValue : value * 2;
}
