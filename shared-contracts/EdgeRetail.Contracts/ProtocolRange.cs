namespace EdgeRetail.Contracts;

/// <summary>The versions of the protocol that one side speaks.</summary>
public readonly record struct ProtocolRange(int Min, int Max)
{
    public static readonly ProtocolRange OfThisRelease = new(ProtocolLimits.ProtocolMin, ProtocolLimits.ProtocolMax);

    /// <summary>The newest version that both speak; null where there is none.</summary>
    public int? Agreed(ProtocolRange other)
    {
        var newest = Math.Min(Max, other.Max);
        return newest >= Math.Max(Min, other.Min) ? newest : null;
    }
}
