namespace EdgeRetail.Contracts.Clock;

/// <summary>48 bits of milliseconds since 1970 and 16 bits of counter in one number that orders like the pair.</summary>
public readonly record struct HybridTimestamp(long Packed) : IComparable<HybridTimestamp>
{
    public const int CounterMax = ushort.MaxValue;

    public HybridTimestamp(long milliseconds, int counter)
        : this((milliseconds << 16) | (uint)counter)
    {
    }

    public long Milliseconds => Packed >>> 16;

    public int Counter => (int)(Packed & CounterMax);

    public int CompareTo(HybridTimestamp other) => ((ulong)Packed).CompareTo((ulong)other.Packed);

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Milliseconds}.{Counter}");
}
