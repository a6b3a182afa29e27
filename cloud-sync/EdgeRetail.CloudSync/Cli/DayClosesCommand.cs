using System.CommandLine;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Operations.Api;
using EdgeRetail.CloudSync.Operations.DayCloses;

namespace EdgeRetail.CloudSync.Cli;

/// <summary><c>day-closes</c>: what tills counted, and what of it is certified.</summary>
static class DayClosesCommand
{
    public static Command Build(CloudSyncCommandLine line)
    {
        var store = new Option<int>("--store") { Description = "The shop.", Required = true };
        var state = new Option<string?>("--state") { Description = "Only those: waiting, certified, gaps or waitsForKey.", HelpName = "STATE" };
        state.AcceptOnlyFromAmong("waiting", "certified", "gaps", "waitsForKey");
        var limit = new Option<int>("--limit") { Description = "How many at most, 1 to 200.", DefaultValueFactory = _ => 50 };
        var after = new Option<string?>("--after") { Description = "The next of the part before.", HelpName = "NEXT" };
        var certificate = new Option<Guid?>("--certificate") { Description = "Write the certificate of this close.", HelpName = "ENTRY" };
        var command = new Command("day-closes", "Show the closes of a shop's tills: what they counted, what is certified, what is missing.") { store, state, limit, after, certificate };
        line.Answers(command, async (parsed, database, _, cancellationToken) =>
        {
            var storeId = parsed.GetValue(store);
            if (await StoreArgument.ProblemAsync(storeId, database, cancellationToken) is { } problem) return new Answer.Refused(problem);
            var closes = new DayCloseQueries(database.DataSource);
            if (parsed.GetValue(certificate) is { } entry) return await CertificateAsync(closes, storeId, entry, cancellationToken);
            if (parsed.GetValue(limit) is < 1 or > DayCloseQueries.PageMax) return new Answer.Refused(new("LIMIT_OUT_OF_RANGE", $"--limit has to be between 1 and {DayCloseQueries.PageMax}.", "Ask for fewer, and go on with --after."), ExitCode.Usage);
            return await closes.ListAsync(storeId, parsed.GetValue(state) is { } word ? DayCloseQueries.ReadState(word) : null, parsed.GetValue(after), parsed.GetValue(limit), cancellationToken) is { } page
                ? new Answer.Given(page, output => Print(output, page))
                : new Answer.Refused(new("CURSOR_INVALID", "--after is none that an answer gave.", "Begin without it."), ExitCode.Usage);
        });
        return command;
    }

    static async Task<Answer> CertificateAsync(DayCloseQueries closes, int storeId, Guid entry, CancellationToken cancellationToken) =>
        await closes.FindAsync(storeId, entry, cancellationToken) is not { } found ? new Answer.Refused(DayCloseRoutes.NotFound(storeId, entry))
        : found.Certificate is { } text ? new Answer.Given(new { found.Item.EntryId, found.Item.Date, certificate = text }, output => output.WriteLine(text))
        : new Answer.Refused(DayCloseRoutes.NotCertified(entry, found.Item.State));

    static void Print(TextWriter output, Page<DayCloseItem> page)
    {
        if (page.Items.Count == 0)
        {
            output.WriteLine("No till of this store has closed a day, as far as was asked.");
            return;
        }

        var table = new TextTable("date", "till", "answer", "entries", "sales", "arrived").Figures(3);
        foreach (var item in page.Items)
        {
            table.Add(
                item.Date is { } date ? $"{date:yyyy-MM-dd}" : "?", item.DeviceCode ?? $"{item.DeviceId}", item.State, PlainWords.Count(item.EntryCount),
                string.Join(", ", item.Buckets.SelectMany(bucket => bucket.Totals).GroupBy(totals => totals.Sales.Currency).Select(group => new MoneyValue(group.Sum(totals => totals.Sales.Minor), group.Key))), PlainWords.Time(item.ReceivedAt));
        }

        table.WriteTo(output);
        foreach (var item in page.Items)
        {
            foreach (var bucket in item.Buckets.Where(bucket => bucket.IsLate))
                Terminal.WriteWrapped(output, $"{item.Date:yyyy-MM-dd} {item.DeviceCode}: {PlainWords.Count(bucket.EntryCount, "entry", "entries")} late for {bucket.Date:yyyy-MM-dd}.", "  ");
            foreach (var gap in item.Gaps) Terminal.WriteWrapped(output, $"{item.Date:yyyy-MM-dd} {item.DeviceCode}: {gap.Code}: {gap.Message}", "  ");
        }

        if (page.Items.Any(item => item.State == "waitsForKey")) Terminal.WriteWrapped(output, "Next: there is no key to sign with; run 'cloud-sync certificate-key init'.", "");
        if (page.Next is { } next) output.WriteLine($"There are more: --after {next}");
    }
}
