using System.Diagnostics;

namespace EdgeRetail.EndToEnd.Tests.Harness;

static class Chance
{
    /// <summary>Waits for a drawn part of a span to the microsecond: timers tick in milliseconds, and a commit takes less than one.</summary>
    public static async Task WaitAsync(this Random random, TimeSpan atMost)
    {
        var wait = random.NextDouble() * atMost;
        var watch = Stopwatch.StartNew();
        if (wait > TimeSpan.FromMilliseconds(15)) await Task.Delay(wait - TimeSpan.FromMilliseconds(2));
        while (watch.Elapsed < wait) Thread.SpinWait(20);
    }
}
