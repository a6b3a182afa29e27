using System.Diagnostics;

namespace EdgeRetail.Benchmarks;

static class Poll
{
    /// <summary>Asks until the answer is yes; the time it took.</summary>
    public static async Task<TimeSpan> UntilAsync(Func<Task<bool>> isSo, string what, TimeSpan? within = null, TimeSpan? pause = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            if (Stopwatch.GetElapsedTime(started) > (within ?? TimeSpan.FromMinutes(3))) throw new TimeoutException($"Not within {within ?? TimeSpan.FromMinutes(3)}: {what}.");
            if (pause is { } length) await Task.Delay(length);
        }

        return Stopwatch.GetElapsedTime(started);
    }
}
