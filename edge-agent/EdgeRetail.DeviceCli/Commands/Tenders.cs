using System.CommandLine;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary>How it is paid.</summary>
static class Tenders
{
    public static Option<string> Option()
    {
        var tender = new Option<string>("--tender") { Description = "How it is paid: cash, card or other.", HelpName = "KIND", DefaultValueFactory = _ => "cash" };
        tender.AcceptOnlyFromAmong("cash", "card", "other");
        return tender;
    }
}
