using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>A session that has a call on this replica, as others see it: what it can be told to end for.</summary>
public sealed class LiveSession(DeviceId device, long sessionNumber)
{
    readonly TaskCompletionSource<SessionEnd> end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DeviceId Device => device;

    public long SessionNumber => sessionNumber;

    /// <summary>Completes once the session has to end.</summary>
    public Task<SessionEnd> End => end.Task;

    /// <summary>The first reason counts.</summary>
    public void EndFor(SessionEnd reason) => end.TrySetResult(reason);
}
