using System.CommandLine;
using System.Globalization;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Storage;

namespace EdgeRetail.CloudSync.Cli;

/// <summary><c>store add</c> and <c>store list</c>.</summary>
static class StoreCommand
{
    public static Command Build(CloudSyncCommandLine line, TimeProvider clock)
    {
        var command = new Command("store", "The shops.");
        command.Subcommands.Add(Add(line, clock));
        command.Subcommands.Add(List(line, clock));
        return command;
    }

    static Command Add(CloudSyncCommandLine line, TimeProvider clock)
    {
        var id = new Option<int>("--id") { Description = "The store's number, from 1; never used again for another.", Required = true };
        var name = new Option<string>("--name") { Description = "What people call it.", Required = true };
        var currency = new Option<string>("--currency") { Description = "ISO 4217, like EUR.", Required = true };
        var timeZone = new Option<string>("--time-zone") { Description = "IANA name, like Europe/Berlin.", Required = true };
        var cutOff = new Option<string>("--day-cut-off") { Description = "When the business day ends, in the store's own time.", DefaultValueFactory = _ => "04:00", HelpName = "HH:MM" };
        var command = new Command("add", "Add a shop.") { id, name, currency, timeZone, cutOff };
        line.Answers(command, async (parsed, database, _, cancellationToken) =>
        {
            var text = parsed.GetValue(cutOff)!;
            if (!TimeOnly.TryParseExact(text, "H:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
                return new Answer.Refused(new("DAY_CUT_OFF_INVALID", $"'{text}' is no time of day.", "Write it like 04:00."), ExitCode.Usage);

            await using var context = database.Context();
            var store = new NewStore(parsed.GetValue(id), parsed.GetValue(name)!, parsed.GetValue(currency)!, parsed.GetValue(timeZone)!, (time.Hour * 60) + time.Minute);
            return await new StoreRegistry(context, clock).AddAsync(store, cancellationToken) switch
            {
                StoreAddition.Added added => new Answer.Given(
                    Shown(added.Store),
                    output => output.WriteLine($"Added store {added.Store.StoreId}, {added.Store.Name} ({added.Store.Currency}, {added.Store.TimeZone}).")),
                StoreAddition.Refused refused => new Answer.Refused(refused.Problem),
                var other => throw new InvalidOperationException($"{other}"),
            };
        });
        return command;
    }

    static Command List(CloudSyncCommandLine line, TimeProvider clock)
    {
        var command = new Command("list", "Show all shops.");
        line.Answers(command, async (_, database, _, cancellationToken) =>
        {
            await using var context = database.Context();
            var stores = await new StoreRegistry(context, clock).ListAsync(cancellationToken);
            return new Answer.Given(new { stores = stores.Select(Shown) }, output => Print(output, stores));
        });
        return command;
    }

    static void Print(TextWriter output, IReadOnlyList<StoreRow> stores)
    {
        if (stores.Count == 0)
        {
            output.WriteLine("There is no store yet. Next: cloud-sync store add");
            return;
        }

        var table = new TextTable("store", "name", "currency", "time zone", "day ends").Figures(0);
        foreach (var store in stores) table.Add($"{store.StoreId}", store.Name, store.Currency, store.TimeZone, CutOff(store));
        table.WriteTo(output);
    }

    static object Shown(StoreRow store) =>
        new { store.StoreId, store.Name, store.Currency, store.TimeZone, dayCutOff = CutOff(store), store.SettingsVersion };

    static string CutOff(StoreRow store) => $"{store.DayCutOffMinutes / 60:00}:{store.DayCutOffMinutes % 60:00}";
}
