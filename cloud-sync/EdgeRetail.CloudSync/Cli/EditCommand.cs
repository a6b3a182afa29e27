using System.CommandLine;
using EdgeRetail.CloudSync.CloudEntries;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Operations.Api;
using EdgeRetail.CloudSync.Operations.Conflicts;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Cli;

/// <summary><c>edit</c>: head office gives a store a value of its own.</summary>
static class EditCommand
{
    public static Command Build(CloudSyncCommandLine line, SecretSource secrets)
    {
        var store = new Option<int>("--store") { Description = "The shop.", Required = true };
        var product = new Argument<string>("product") { Description = "GTIN or internal code." };
        var field = new Argument<string>("field") { Description = "name, brand or size." };
        var value = new Argument<string?>("value") { Description = "What it is in this shop. Leave it out for the catalogue's again.", Arity = ArgumentArity.ZeroOrOne };
        var actor = new Option<string>("--actor") { Description = "Who does this: it stands in the journal.", Required = true, HelpName = "NAME" };
        var command = new Command("edit", "Give a shop a value of its own for a field of a product; its kiosks get it as any edit.") { product, field, value, store, actor };
        line.Answers(command, async (parsed, database, _, cancellationToken) =>
        {
            if (FieldNames.Field(parsed.GetValue(field)) is not { } which) return new Answer.Refused(PolicyStore.FieldUnknown(parsed.GetValue(field)!));
            if (ProductCode.Read(parsed.GetValue(product)!) is not ProductCodeReading.Accepted { Code: var code }) return new Answer.Refused(ConflictRoutes.ProductInvalid(parsed.GetValue(product)!));
            return ConflictsCommand.Answered(await new ConflictResolving(database.DataSource, secrets).EditAsync(parsed.GetValue(store), code, which, parsed.GetValue(value), parsed.GetValue(actor)!, null, cancellationToken));
        });
        return command;
    }
}
