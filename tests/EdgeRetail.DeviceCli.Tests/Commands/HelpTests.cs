using System.Text;
using EdgeRetail.TestKit;

namespace EdgeRetail.DeviceCli.Tests.Commands;

sealed class HelpTests
{
    static readonly string[] AllCommands = ["enrol", "run", "sell", "refund", "void", "receive", "adjust", "waste", "count", "open", "cash", "stock", "explain", "search", "outbox", "sync", "status", "verify", "repair", "decommission"];

    [Test]
    public async Task Help_of_every_command_fits_a_terminal_and_is_approved()
    {
        await using var machine = KioskMachine.Bare();
        var help = new StringBuilder();
        foreach (var command in AllCommands.Prepend(""))
        {
            var shown = await machine.RunAsync([.. command.Length == 0 ? Array.Empty<string>() : [command], "--help"]);
            shown.Succeeds().IsReadable();
            help.Append(string.Join('\n', shown.ToString().Split('\n').Select(line => line.TrimEnd())));
        }

        Approved.Verify(help.ToString(), "Help");
    }

    [Test]
    public async Task The_version_is_a_bare_word()
    {
        await using var machine = KioskMachine.Bare();
        Assert.That((await machine.RunAsync("--version")).Succeeds().Text, Does.Match(@"^\d+\.\d+\.\d+$"));
    }
}
