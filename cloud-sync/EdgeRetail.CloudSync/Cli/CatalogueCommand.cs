using System.CommandLine;
using EdgeRetail.CloudSync.Catalogue;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Operations.Exceptions;
using EdgeRetail.Contracts.Entries;
using Microsoft.EntityFrameworkCore;

namespace EdgeRetail.CloudSync.Cli;

/// <summary><c>catalogue import</c>.</summary>
static class CatalogueCommand
{
    public static Command Build(CloudSyncCommandLine line, TimeProvider clock)
    {
        var command = new Command("catalogue", "The products and prices that all shops sell.");
        command.Subcommands.Add(Import(line, clock));
        return command;
    }

    static Command Import(CloudSyncCommandLine line, TimeProvider clock)
    {
        var file = new Argument<string>("file") { Description = "CSV, UTF-8. Its header names gtin (or an internal code), name, brand, size, price, and unit (each, kg, l, m) where it is not each. Further columns: tax_id, tax_rate (percent), tax_inclusive (yes, no), tax_rounding (half-up, half-even, down); pack_of (code within) and pack_content." };
        var currency = new Option<string?>("--currency") { Description = "The currency of the prices. Default: that of the stores." };
        var columns = new Option<string[]>("--column") { Description = "What a column is called in this file: --column gtin=code --column name=product_name.", HelpName = "NAME=COLUMN", AllowMultipleArgumentsPerToken = false };
        var defaultPrice = new Option<string?>("--default-price") { Description = "The price of rows without one." };
        var codePrefix = new Option<string>("--code-prefix") { Description = "Put before every code: keeps numeric internal codes of 8, 12, 13 or 14 digits apart from GTINs.", DefaultValueFactory = _ => "" };
        var separator = new Option<string>("--separator") { Description = "What stands between fields: one character, or 'tab'.", DefaultValueFactory = _ => "," };
        var report = new Option<string?>("--report") { Description = "Write every bad row into this file, as CSV of line, code and message.", HelpName = "FILE" };
        var strict = new Option<bool>("--strict") { Description = "End with exit code 1 where a row is bad; the others are imported all the same." };
        var command = new Command("import", "Bring products into the catalogue. Bad rows are listed by line, the rest is imported; equal rows write nothing.")
        {
            file, currency, columns, defaultPrice, codePrefix, separator, report, strict,
        };
        line.Answers(command, async (parsed, database, terminal, cancellationToken) =>
        {
            var path = parsed.GetValue(file)!;
            await using var stream = Open(path);
            var options = await OptionsAsync(parsed.GetValue(currency), parsed.GetValue(columns) ?? [], parsed.GetValue(defaultPrice), parsed.GetValue(codePrefix)!, parsed.GetValue(separator)!, database, cancellationToken);
            var (catalogue, problem) = await CatalogueFile.OpenAsync(stream, options, cancellationToken);
            if (catalogue is null) return new Answer.Refused(problem!);

            await using var badRows = parsed.GetValue(report) is { } reportPath ? BadRowReport.Create(reportPath) : null;
            var began = clock.GetTimestamp();
            var result = await new CatalogueImport(new CatalogueStore(database.DataSource, clock)).RunAsync(
                catalogue.ReadAsync(cancellationToken),
                bad => badRows?.Add(bad),
                rows => terminal.Progress($"{PlainWords.Count(rows)} rows read"),
                cancellationToken);
            await MappedProducts.CloseAsync(database.DataSource, cancellationToken);
            var took = clock.GetElapsedTime(began);
            return new Answer.Given(
                new
                {
                    file = path,
                    result.Rows,
                    result.Imported,
                    result.Unchanged,
                    result.Bad,
                    result.BadByCode,
                    badRows = result.BadRows,
                    result.Commits,
                    result.VersionBefore,
                    result.VersionAfter,
                    seconds = Math.Round(took.TotalSeconds, 3),
                    report = badRows?.Path,
                },
                output => Print(output, result, took, badRows?.Path),
                parsed.GetValue(strict) && result.Bad > 0 ? ExitCode.Refused : ExitCode.Ok);
        });
        return command;
    }

    static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions { Access = FileAccess.Read, Options = FileOptions.SequentialScan | FileOptions.Asynchronous });
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandFailure(new("FILE_NOT_FOUND", $"There is no file {path}.", "Name the catalogue's CSV file."), ExitCode.Refused, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(new("FILE_NOT_READABLE", $"{path} cannot be read: {e.Message}", "Name a CSV file that you may read."), ExitCode.Refused, e);
        }
    }

    static async Task<CatalogueFileOptions> OptionsAsync(string? currency, string[] columns, string? defaultPrice, string codePrefix, string separator, OpenDatabase database, CancellationToken cancellationToken)
    {
        var mapping = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var column in columns)
        {
            var parts = column.Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts.Length != 2 || parts[1].Length == 0 || !CatalogueColumns.Names.Contains(parts[0].ToLowerInvariant()))
                throw Usage("COLUMN_INVALID", $"'--column {column}' says nothing.", $"Write it like gtin=code; the names are {string.Join(", ", CatalogueColumns.Names)}.");
            mapping[parts[0].ToLowerInvariant()] = parts[1];
        }

        var money = currency is null ? await CurrencyOfStoresAsync(database, cancellationToken)
            : Currency.TryParse(currency, out var given) ? given
            : throw Usage("CURRENCY_INVALID", $"'{currency}' is no currency code.", "Write the three capital letters of ISO 4217, like EUR.");
        Money? price = null;
        if (defaultPrice is not null)
        {
            price = Money.TryParse(defaultPrice, money, out var read) && read.MinorUnits >= 0
                ? read
                : throw Usage("PRICE_INVALID", $"'{defaultPrice}' is no price in {money}.", "Write it like 3.49.");
        }

        var between = separator == "tab" ? '\t' : separator is [var one] && char.IsAscii(one) && one is not ('"' or '\n' or '\r') ? one
            : throw Usage("SEPARATOR_INVALID", $"'{separator}' is no separator.", "Give one ASCII character, or 'tab'.");
        return new(money, mapping, price, codePrefix, between);
    }

    static async Task<Currency> CurrencyOfStoresAsync(OpenDatabase database, CancellationToken cancellationToken)
    {
        await using var context = database.Context();
        var currencies = await context.Stores.Select(store => store.Currency).Distinct().Take(2).ToListAsync(cancellationToken);
        return currencies switch
        {
            [] => throw Usage("CURRENCY_MISSING", "There is no store yet whose currency the prices could have.", "Say it with --currency, or add a store first."),
            [var one] => Currency.Parse(one),
            _ => throw Usage("CURRENCY_AMBIGUOUS", "The stores have different currencies.", "Say which one the prices have with --currency."),
        };
    }

    static void Print(TextWriter output, CatalogueImportResult result, TimeSpan took, string? report)
    {
        output.WriteLine($"{PlainWords.Count(result.Rows, "row", "rows")} read in {took.TotalSeconds:0.0} s: {PlainWords.Count(result.Imported)} imported, {PlainWords.Count(result.Unchanged)} unchanged, {PlainWords.Count(result.Bad)} bad.");
        output.WriteLine(result.Imported == 0
            ? $"The catalogue stays at version {result.VersionAfter}."
            : $"The catalogue went from version {result.VersionBefore} to {result.VersionAfter} in {PlainWords.Count(result.Commits, "commit", "commits")}.");
        if (result.Bad == 0) return;

        output.WriteLine();
        var counts = new TextTable("rows", "why").Figures(0);
        foreach (var (code, count) in result.BadByCode.OrderByDescending(pair => pair.Value)) counts.Add($"{count}", code);
        counts.WriteTo(output);
        output.WriteLine();
        foreach (var bad in result.BadRows) Terminal.WriteWrapped(output, $"line {bad.Line}: {bad.Code}: {bad.Message}", "  ");
        if (report is not null) output.WriteLine($"All bad rows are in {report}.");
        else if (result.Bad > result.BadRows.Count) output.WriteLine($"… and {PlainWords.Count(result.Bad - result.BadRows.Count)} more; --report FILE keeps them all.");
    }

    static CommandFailure Usage(string code, string message, string nextStep) => new(new Problem(code, message, nextStep), ExitCode.Usage);
}
