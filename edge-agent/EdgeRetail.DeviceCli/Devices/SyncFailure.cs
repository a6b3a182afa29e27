using EdgeRetail.DeviceCli.Output;
using EdgeRetail.EdgeAgent.Health;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Devices;

/// <summary>Why a sync did not come to its end.</summary>
static class SyncFailure
{
    public static CommandFailure Of(string code, string message) => new(new(code, message, SyncAdvice.NextStep(code)), ExitCode.Cloud);

    public static CommandFailure TimedOut(StatusResponse status, TimeSpan patience) => new(
        new("SYNC_TIMED_OUT", $"After {patience.TotalSeconds:0} s {PlainText.Count(status.Outbox.Count, "entry is", "entries are")} still to send.", "What was sent is sent. Run it again, with a longer --timeout for a large backlog."),
        ExitCode.Cloud);
}
