namespace EdgeRetail.CloudSync.Hosting;

/// <summary>A seeded source that many sessions may draw jitter from: the framework's own seeded one is for one thread.</summary>
sealed class SynchronizedRandom(int seed) : Random(seed)
{
    readonly Lock gate = new();

    public override double NextDouble()
    {
        lock (gate) return base.NextDouble();
    }

    public override int Next()
    {
        lock (gate) return base.Next();
    }

    public override int Next(int maxValue)
    {
        lock (gate) return base.Next(maxValue);
    }

    public override int Next(int minValue, int maxValue)
    {
        lock (gate) return base.Next(minValue, maxValue);
    }
}
