using System.Diagnostics;

namespace EdgeRetail.TestKit;

/// <summary>Asks until the answer is yes or the deadline has passed; never sleeps for a guessed time.</summary>
public static class Eventually
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static Task IsTrue(Func<bool> question, string because, TimeSpan? within = null) =>
        IsTrue(() => Task.FromResult(question()), because, within);

    public static Task IsTrue(Func<Task<bool>> question, string because, TimeSpan? within = null) =>
        Holds(question, answer => answer, because, within);

    /// <summary>The first answer that satisfies the condition; fails with the last one that did not.</summary>
    public static async Task<T> Holds<T>(Func<Task<T>> question, Func<T, bool> condition, string because, TimeSpan? within = null)
    {
        var patience = within ?? Patience;
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var answer = await question();
            if (condition(answer)) return answer;
            if (watch.Elapsed > patience)
            {
                Assert.Fail($"Not within {patience.TotalSeconds:0.#} s: {because}. Last seen: {answer}");
                return answer;
            }

            await Task.Delay(Pause);
        }
    }

    public static Task<T> Holds<T>(Func<T> question, Func<T, bool> condition, string because, TimeSpan? within = null) =>
        Holds(() => Task.FromResult(question()), condition, because, within);
}
