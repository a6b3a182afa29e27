namespace EdgeRetail.EdgeAgent.Storage;

/// <summary>How long the disk has been at something that it should end at once; whoever asks does so from another thread.</summary>
sealed class DiskWork(TimeProvider clock)
{
    const long Nothing = long.MinValue;

    long beganAt = Nothing;

    /// <summary>Zero where nothing is under way.</summary>
    public TimeSpan Lasts => Interlocked.Read(ref beganAt) is var began && began == Nothing ? TimeSpan.Zero : clock.GetElapsedTime(began);

    /// <summary>By one thread at a time.</summary>
    public void Begins() => Interlocked.Exchange(ref beganAt, clock.GetTimestamp());

    public void Ends() => Interlocked.Exchange(ref beganAt, Nothing);
}
