using System.CommandLine;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>repair</c>: looks at every page and entry of the ledger, and makes a new one where anything is damaged.</summary>
static class RepairCommand
{
    public static Command Build(CommandLine line)
    {
        var command = new Command("repair", "Check the whole ledger. A damaged one is set aside and a new one made of all that can be read.");
        line.Answers(command, async (_, door, _, cancellationToken) => Answer.Of(await door.RepairAsync(cancellationToken), ApiJson.Default.RepairResponse, Print));
        return command;
    }

    static void Print(TextWriter output, RepairResponse repaired)
    {
        Terminal.WriteWrapped(output, repaired.Words, "");
        if (repaired.Folder is not null) Terminal.WriteWrapped(output, $"Next: edgeretail sync. Keep the folder {repaired.Folder} until support has seen it.", "");
    }
}
