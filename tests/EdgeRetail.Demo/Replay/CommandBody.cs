using System.Text.Json.Nodes;
using EdgeRetail.Demo.Sales;

namespace EdgeRetail.Demo.Replay;

/// <summary>A command as the body that the agent's local API takes.</summary>
sealed class CommandBody(ReplayPlan plan)
{
    readonly HashSet<string> known = [.. plan.Catalogue.Select(product => product.Code)];

    public (string Path, JsonObject Body) Of(ReplayCommand command, string actor) => command.Kind switch
    {
        LineKind.Sale => ("sales", new() { ["actor"] = actor, ["tender"] = "cash", ["commandId"] = command.CommandId, ["lines"] = Lines(command.Lines) }),
        LineKind.Refund => (
            "refunds",
            new() { ["actor"] = actor, ["tender"] = "cash", ["commandId"] = command.CommandId, ["reason"] = $"without receipt ({command.Receipt.Number})", ["lines"] = Lines(command.Lines) }),
        _ => ("adjustments", Adjustment(command, actor)),
    };

    static JsonObject Adjustment(ReplayCommand command, string actor)
    {
        var line = command.Lines.Single();
        return new()
        {
            ["actor"] = actor, ["commandId"] = command.CommandId, ["product"] = line.Product, ["deltaThousandths"] = line.QuantityThousandths,
            ["reason"] = line.Description is "damages" or "damaged" or "broken" ? "damaged" : "correction",
            ["note"] = line.Description.Length == 0 ? "no text in the file" : line.Description,
        };
    }

    JsonArray Lines(IReadOnlyList<FileLine> lines) => new([.. lines.Select(Line)]);

    JsonObject Line(FileLine line)
    {
        var body = new JsonObject
        {
            ["product"] = line.Product, ["quantityThousandths"] = Math.Abs(line.QuantityThousandths), ["unitPriceMinor"] = line.UnitPriceMinor, ["amountMinor"] = Math.Abs(line.AmountMinor),
        };
        if (!known.Contains(line.Product))
        {
            body["unknown"] = true;
            body["description"] = line.Description.Length == 0 ? line.Product : line.Description;
            if (line.Unit is { } unit) body["unit"] = unit;
        }

        return body;
    }
}
