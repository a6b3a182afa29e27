using System.CommandLine;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>search</c>.</summary>
static class SearchCommand
{
    public static Command Build(CommandLine line)
    {
        var text = new Argument<string[]>("TEXT") { Description = "A code, or beginnings of words of the name, brand or size.", Arity = ArgumentArity.OneOrMore };
        var limit = new Option<int>("--limit") { Description = "At most so many products.", HelpName = "N", DefaultValueFactory = _ => 20 };
        var command = new Command("search", "Find products in the catalogue of this device.") { text, limit };
        line.Answers(command, async (parsed, device, cancellationToken) => Answer.Of(
            await device.SearchProductsAsync(string.Join(' ', parsed.GetValue(text)!), parsed.GetValue(limit), cancellationToken), ApiJson.Default.ProductsResponse, Print));
        return command;
    }

    static void Print(TextWriter output, ProductsResponse products)
    {
        if (products.Items.Count == 0)
        {
            Terminal.WriteWrapped(output, "No product found. An unknown product can be sold with 'edgeretail sell CODE --unknown'.", "");
            return;
        }

        var table = new TextTable("product", "name", "price", "on hand").Figures(2, 3);
        foreach (var item in products.Items)
        {
            table.Add(
                item.Display, PlainText.Product(item.Name, item.Brand, item.Size), $"{PlainText.Amount(item.PriceMinor, item.Currency)} {item.Currency}",
                item.OnHandThousandths is { } onHand ? PlainText.Quantity(onHand, item.Unit) : "");
        }

        table.WriteTo(output);
    }
}
