namespace EdgeRetail.TestKit;

/// <summary>How many running processes this one ended with SIGKILL on purpose; what is only cleared away after a test does not count.</summary>
public static class ProcessKills
{
    static long count;

    public static long Count => Interlocked.Read(ref count);

    public static void Add() => Interlocked.Increment(ref count);
}
