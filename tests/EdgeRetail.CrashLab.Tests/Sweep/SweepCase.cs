using System.Text.Json;
using EdgeRetail.CrashLab.Tests.Device;
using EdgeRetail.CrashLab.Tests.Shim;
using EdgeRetail.TestKit;

namespace EdgeRetail.CrashLab.Tests.Sweep;

/// <summary>One command with one fault, then given again as the seller does it, then judged.</summary>
sealed class SweepCase(LabCommand command, IoFault fault, long entriesExpected)
{
    const int ExitCodeKilled = 137;
    const int ExitCodeLedger = 4;

    /// <summary>Breaks it on a directory of its own; null where everything holds, else what was violated.</summary>
    public async Task<string?> RunAsync(LabDevice device, SweepFigures figures)
    {
        var (broken, recording) = await device.RunShimmedAsync(command, fault);
        if (!recording.HasFault) return broken.ExitCode == 0 ? Missed(figures) : Say("ended badly without a fault", broken);
        var confirmed = Confirmed(broken);
        if (FirstFault(broken, confirmed) is { } wrong) return wrong;

        var again = await device.RunAsync(command);
        if (again.ExitCode != 0) return Say("does not work when it is given again", broken, again);
        if (!command.Enrols)
        {
            var recorded = Confirmed(again)!.Value;
            if (confirmed is { } told && (told.Entry != recorded.Entry || told.Receipt != recorded.Receipt)) return Say("was confirmed as another entry before", broken, again);
            if (confirmed is not null && !recorded.IsReplayed) return Say("was confirmed and not there any more", broken, again);
            figures.Count(fault.Kind, broken.ErrorCode, recorded.IsReplayed);
        }
        else
        {
            figures.Count(fault.Kind, broken.ErrorCode, wasRecorded: confirmed is not null);
        }

        return await LabVerdict.FaultAsync(device, entriesExpected) is { } violated ? Say(violated, broken, again) : null;
    }

    /// <summary>The process was killed, or confirms, or says by a stable code that the disk refused; it does not break down.</summary>
    string? FirstFault(CommandOutcome broken, (Guid Entry, string? Receipt, bool IsReplayed)? confirmed)
    {
        if (broken.Errors.Contains("   at EdgeRetail.", StringComparison.Ordinal)) return Say("shows a stack trace", broken);
        if (fault.Kind == FaultKind.Kill) return broken.ExitCode == ExitCodeKilled ? null : Say("was not killed", broken);
        if (broken.ExitCode == 0) return confirmed is not null || command.Enrols ? null : Say("ended well without a confirmation", broken);
        if (broken.ExitCode != ExitCodeLedger || broken.ErrorCode?.StartsWith("LEDGER_", StringComparison.Ordinal) != true) return Say("ended without a code of the ledger", broken);
        return string.IsNullOrEmpty(broken.NextStep) ? Say("ended without a next step", broken) : null;
    }

    static (Guid Entry, string? Receipt, bool IsReplayed)? Confirmed(CommandOutcome outcome)
    {
        if (outcome.Output.Length == 0 || outcome.ErrorCode is not null) return null;
        try
        {
            var json = outcome.Json;
            if (!json.TryGetProperty("entryId", out var entry)) return null;
            return (entry.GetGuid(), json.TryGetProperty("receipt", out var receipt) ? receipt.GetString() : null, json.GetProperty("replayed").GetBoolean());
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static string? Missed(SweepFigures figures)
    {
        figures.Miss();
        return null;
    }

    string Say(string violated, params CommandOutcome[] outcomes) => $"{command} with {fault.Kind} at operation {fault.Operation} {violated}\n{string.Join("\n", outcomes.Select(outcome => outcome.ToString()))}";
}
