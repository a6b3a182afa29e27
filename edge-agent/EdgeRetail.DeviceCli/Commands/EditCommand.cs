using System.CommandLine;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>edit</c> and <c>edits</c>.</summary>
static class EditCommand
{
    public static Command Build(CommandLine line)
    {
        var product = new Argument<string>("CODE") { Description = "The product." };
        var field = new Argument<string>("FIELD") { Description = "name, brand or size." };
        field.AcceptOnlyFromAmong("name", "brand", "size");
        var value = new Argument<string?>("VALUE") { Description = "What it is in this store.", Arity = ArgumentArity.ZeroOrOne };
        var remove = new Option<bool>("--remove") { Description = "The store has no value of its own any more: the catalogue's counts." };
        var actor = CommandLine.Actor();
        var id = CommandLine.CommandId();
        var command = new Command("edit", "Give a product a name, brand or size of this store's own. It shows at once; 'edgeretail edits' says what became of it.") { product, field, value, remove, actor, id };
        command.Validators.Add(result =>
        {
            if (result.GetValue(value) is null != result.GetValue(remove)) result.AddError("Give either a value or --remove.");
        });
        line.Answers(command, async (parsed, device, cancellationToken) =>
        {
            var request = new EditRequest(
                line.ActorOf(parsed, actor), parsed.GetValue(product)!, parsed.GetValue(field)!, parsed.GetValue(value), parsed.GetValue(remove), line.CommandIdOf(parsed, id));
            return Answer.Of(await device.RecordAsync(request, cancellationToken), ApiJson.Default.RecordedResponse, ReceiptText.Print);
        });
        return command;
    }

    public static Command BuildList(CommandLine line)
    {
        var limit = new Option<int>("--limit") { Description = "At most so many edits.", HelpName = "N", DefaultValueFactory = _ => 20 };
        var command = new Command("edits", "Show the edits of this kiosk, the latest first, and what became of each.") { limit };
        line.Answers(command, async (parsed, device, cancellationToken) =>
            Answer.Of(await device.EditsAsync(parsed.GetValue(limit), cancellationToken), ApiJson.Default.EditsResponse, Print));
        return command;
    }

    static void Print(TextWriter output, EditsResponse edits)
    {
        if (edits.Items.Count == 0)
        {
            Terminal.WriteWrapped(output, "This kiosk has edited no product. Next: edgeretail edit CODE name 'NEW NAME'", "");
            return;
        }

        var table = new TextTable("product", "field", "edited to", "outcome");
        foreach (var edit in edits.Items) table.Add(edit.Display, edit.Field, Value(edit.Value), Words(edit));
        table.WriteTo(output);
    }

    static string Words(OwnEditView edit) => edit.Outcome switch
    {
        "pending" => "pending: the cloud has yet to say",
        "won" => "won",
        "lost" => $"lost to {Value(edit.Shown)} of {By(edit)}",
        "undecided" => $"head office decides; until then {Value(edit.Shown)}",
        "waiting" => "waits in the cloud for the edit it was based on",
        "superseded" => $"edited again, to {Value(edit.Shown)} by {By(edit)}",
        "quarantined" => "in quarantine; head office looks at it",
        var other => other,
    };

    static string By(OwnEditView edit) => $"{edit.ShownBy ?? "nobody named"} {(edit.ShownDevice is null or 0 ? "in head office" : $"on device {edit.ShownDevice}")}";

    static string Value(string? value) => value is null ? "the catalogue's" : $"'{value}'";
}
