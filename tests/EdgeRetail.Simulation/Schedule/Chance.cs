namespace EdgeRetail.Simulation.Schedule;

/// <summary>All chance of one run, from one seed.</summary>
sealed class Chance(ulong seed)
{
    ulong state = seed;

    public bool OneIn(int odds) => Below(odds) == 0;

    public bool Percent(double percent) => Fraction() * 100 < percent;

    public int Below(int bound) => (int)(Next() % (ulong)bound);

    /// <summary>Both ends included.</summary>
    public int Between(int first, int last) => first + Below(last - first + 1);

    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    public TimeSpan Milliseconds(int first, int last) => TimeSpan.FromMilliseconds(Between(first, last));

    public TimeSpan Seconds(int first, int last) => TimeSpan.FromMilliseconds(Between(first * 1000, last * 1000));

    public T Of<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    /// <summary>SplitMix64 (Steele, Lea, Flood 2014): the same on every machine and release of .NET.</summary>
    public ulong Next()
    {
        var mixed = state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
