using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary>The figures of a day, for people.</summary>
static class DayText
{
    const int LabelWidth = 16;

    public static void Print(TextWriter output, DayResponse day)
    {
        Terminal.WriteRow(output, "Business date".PadRight(LabelWidth), $"{day.BusinessDate:yyyy-MM-dd}");
        foreach (var close in day.Closes) Print(output, close);
        output.WriteLine();
        output.WriteLine(day.Closes.Count == 0 ? "Recorded so far, nothing of it closed:" : "Recorded since the latest close:");
        Print(output, day.Open);
    }

    public static void Print(TextWriter output, DayCloseView close)
    {
        Terminal.WriteRow(output, $"{close.Date:yyyy-MM-dd}".PadRight(LabelWidth), $"closed: {PlainText.Count(close.Figures.EntryCount, "entry", "entries")}. {close.Words}");
        foreach (var gap in close.Gaps) Terminal.WriteRow(output, new string(' ', LabelWidth), $"{gap.Code}: {gap.Message}");
    }

    public static void Print(TextWriter output, DayFiguresView figures)
    {
        Terminal.WriteRow(output, "Entries".PadRight(LabelWidth), PlainText.Count(figures.EntryCount, "entry", "entries"));
        foreach (var range in figures.Receipts)
            Terminal.WriteRow(output, "Receipts".PadRight(LabelWidth), $"{range.Series}-{range.First:D6} to {range.Last:D6}, {PlainText.Count(range.Count, "receipt", "receipts")}");
        foreach (var date in figures.Dates)
        {
            output.WriteLine();
            output.WriteLine($"{date.Date:yyyy-MM-dd}: {PlainText.Count(date.EntryCount, "entry", "entries")}{(date.Late ? ", late: that date was closed before" : "")}");
            foreach (var totals in date.Totals) Print(output, totals);
        }

        output.WriteLine();
        foreach (var cash in figures.ExpectedCash) Terminal.WriteRow(output, "Expected cash".PadRight(LabelWidth), $"{cash.Currency} {PlainText.Amount(cash.Minor, cash.Currency)}");
    }

    static void Print(TextWriter output, DayTotalsView totals)
    {
        var table = new TextTable("", "count", totals.Currency).Figures(1, 2);
        table.Add("sales", $"{totals.Sales}", PlainText.Amount(totals.SalesMinor, totals.Currency));
        if (totals.Refunds > 0) table.Add("refunds", $"{totals.Refunds}", PlainText.Amount(-totals.RefundsMinor, totals.Currency));
        if (totals.Voids > 0) table.Add("voids", $"{totals.Voids}", PlainText.Amount(-totals.VoidsMinor, totals.Currency));
        foreach (var tender in totals.Tenders) table.Add($"  by {tender.Kind}", "", PlainText.Amount(tender.TakenMinor - tender.GivenMinor, totals.Currency));
        Moved("float", totals.FloatMinor);
        Moved("cash in", totals.CashInMinor);
        Moved("cash out", -totals.CashOutMinor);
        Moved("cash to the safe", -totals.DropMinor);
        table.WriteTo(output);

        void Moved(string what, long minor)
        {
            if (minor != 0) table.Add(what, "", PlainText.Amount(minor, totals.Currency));
        }
    }
}
