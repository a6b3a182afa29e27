using System.CommandLine;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>stock</c>.</summary>
static class StockCommand
{
    public static Command Build(CommandLine line)
    {
        var product = new Argument<string?>("CODE") { Description = "One product; without it all, in order of code.", Arity = ArgumentArity.ZeroOrOne };
        var search = new Option<string?>("--search") { Description = "The products that a search finds.", HelpName = "TEXT" };
        var after = new Option<string?>("--after") { Description = "Go on after this code.", HelpName = "CODE" };
        var limit = new Option<int>("--limit") { Description = "At most so many products.", HelpName = "N", DefaultValueFactory = _ => 50 };
        var command = new Command("stock", "Show the stock of the shop: what the cloud last said, and what this device did since.") { product, search, after, limit };
        line.Answers(command, async (parsed, device, cancellationToken) =>
        {
            var zone = (await device.StatusAsync(cancellationToken)).TimeZone;
            var stock = parsed.GetValue(search) is { } text
                ? await device.FindStockAsync(text, parsed.GetValue(limit), cancellationToken)
                : await device.StockAsync(parsed.GetValue(product), parsed.GetValue(after), parsed.GetValue(limit), cancellationToken);
            return Answer.Of(stock, ApiJson.Default.StockResponse, (output, shown) => Print(output, shown, zone));
        });
        return command;
    }

    static void Print(TextWriter output, StockResponse stock, string zone)
    {
        if (stock.Items.Count == 0)
        {
            output.WriteLine("No product with stock.");
            return;
        }

        var table = new TextTable("product", "name", "on hand", "of that pending").Figures(2, 3);
        foreach (var item in stock.Items)
            table.Add(item.Display, PlainText.Product(item.Name, item.Brand, item.Size), PlainText.Stock(item), item.PendingThousandths == 0 ? "" : PlainText.Signed(item.PendingThousandths));
        table.WriteTo(output);
        output.WriteLine();
        Terminal.WriteWrapped(
            output,
            stock.AsOf is null
                ? $"Store {stock.StoreId}; the cloud has not said anything yet."
                : $"Store {stock.StoreId}, as of {PlainText.Time(stock.AsOf, zone)}; pending is what the cloud has not confirmed yet.",
            "");
        if (stock.Next is { } next) output.WriteLine($"More: edgeretail stock --after {next}");
    }
}
