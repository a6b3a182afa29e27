using System.Collections.Concurrent;

namespace EdgeRetail.TestKit;

/// <summary>
/// Runs work on one thread that lives as long as this process. PR_SET_PDEATHSIG ends a child when the thread
/// that forked it ends, and threads of the pool come and go.
/// </summary>
static class LastingThread
{
    static readonly BlockingCollection<Action> Work = [];

    static LastingThread() => new Thread(() =>
    {
        foreach (var action in Work.GetConsumingEnumerable()) action();
    })
    { IsBackground = true, Name = "starts processes" }.Start();

    public static T Run<T>(Func<T> action)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                done.SetResult(action());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task.GetAwaiter().GetResult();
    }
}
