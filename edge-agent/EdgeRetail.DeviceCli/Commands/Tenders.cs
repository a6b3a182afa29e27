using System.CommandLine;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.DeviceCli.Input;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary>How it is paid.</summary>
static class Tenders
{
    static readonly string[] Kinds = ["cash", "card", "other"];

    public static Option<string> Option()
    {
        var tender = new Option<string>("--tender") { Description = "How it is paid: cash, card or other.", HelpName = "KIND", DefaultValueFactory = _ => "cash" };
        tender.AcceptOnlyFromAmong(Kinds);
        return tender;
    }

    /// <summary>Several, in the order they are handed over.</summary>
    public static Option<string[]> Several()
    {
        var tender = new Option<string[]>("--tender")
        {
            Description = "How it is paid: cash, card or other; with an amount, such as card=10, given once for each. Too much cash gives change.", HelpName = "KIND[=AMOUNT]",
            DefaultValueFactory = _ => ["cash"],
        };
        tender.Validators.Add(result =>
        {
            foreach (var text in (result.GetValueOrDefault<string[]>() ?? []).Where(text => !Kinds.Contains(text.Split('=')[0])))
                result.AddError($"--tender is cash, card or other, with =AMOUNT where several pay, not '{text}'.");
        });
        return tender;
    }

    /// <summary>One kind where one pays all, else what was handed over.</summary>
    public static (string? Tender, IReadOnlyList<TenderRequest>? Tenders) Read(string[] texts, Currency currency)
    {
        if (texts is [var only] && !only.Contains('=', StringComparison.Ordinal)) return (only, null);
        return (null, [.. texts.Select(text => text.IndexOf('=', StringComparison.Ordinal) is var at and >= 0
            ? new TenderRequest(text[..at], LineText.Price(text[(at + 1)..], currency))
            : new TenderRequest(text))]);
    }
}
