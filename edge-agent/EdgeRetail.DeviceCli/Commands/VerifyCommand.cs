using System.CommandLine;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>verify</c>.</summary>
static class VerifyCommand
{
    public static Command Build(CommandLine line)
    {
        var command = new Command("verify", "Check what this device can show of the invariants, from its database. Selling goes on.") { VerifyCertificateCommand.Build(line) };
        line.Answers(command, async (_, device, cancellationToken) =>
        {
            var verified = await device.VerifyAsync(cancellationToken);
            return Answer.Of(verified, ApiJson.Default.VerifyResponse, Print, verified.Invariants.Any(invariant => invariant.Holds == false) ? ExitCode.Broken : ExitCode.Ok);
        });
        return command;
    }

    static void Print(TextWriter output, VerifyResponse verified)
    {
        foreach (var invariant in verified.Invariants)
        {
            Terminal.WriteRow(output, $"{invariant.Id,-4}{State(invariant),-9}", invariant.Title);
            if (invariant.Detail.Length > 0) Terminal.WriteRow(output, new string(' ', 13), invariant.Detail);
        }

        var broken = verified.Invariants.Count(invariant => invariant.Holds == false);
        output.WriteLine();
        Terminal.WriteWrapped(
            output,
            broken == 0
                ? $"{PlainText.Count(verified.Invariants.Count(invariant => invariant.Holds == true), "invariant holds", "invariants hold")}; nothing is broken."
                : $"{PlainText.Count(broken, "invariant is", "invariants are")} broken. Next: keep a copy of the data directory and tell support.",
            "");
    }

    static string State(InvariantView invariant) => invariant.Holds switch
    {
        true => "holds",
        false => "BROKEN",
        null => invariant.NotYet ? "not yet" : "unknown",
    };
}
