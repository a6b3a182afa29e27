using System.Globalization;
using EdgeRetail.Demo.Sales;

namespace EdgeRetail.Demo.Replay;

/// <summary>What each agent will sell, what the catalogue holds, and what stands on the shelves before.</summary>
sealed class ReplayPlan
{
    const int LinesPerEntryMax = 1_000;
    const long ShelfThousandthsMax = 1_000_000_000;

    readonly List<ReplayCommand>[] commands;

    ReplayPlan(SalesFile file, int agents, IReadOnlyList<CatalogueLine>? catalogue)
    {
        File = file;
        commands = [.. Enumerable.Range(0, agents).Select(_ => new List<ReplayCommand>())];
        var agentOf = Deal(file, agents);
        foreach (var receipt in file.Receipts) commands[agentOf(receipt)].AddRange(Split(receipt));
        Catalogue = catalogue ?? Derive(file);
    }

    public SalesFile File { get; }

    public IReadOnlyList<CatalogueLine> Catalogue { get; }

    public int Agents => commands.Length;

    public int Count => commands.Sum(list => list.Count);

    /// <param name="catalogue">Null: derived from the file's own lines.</param>
    public static ReplayPlan Make(SalesFile file, int agents, IReadOnlyList<CatalogueLine>? catalogue = null) => new(file, agents, catalogue);

    public IReadOnlyList<ReplayCommand> CommandsOf(int agent) => commands[agent];

    /// <summary>What stands on the shelves of the store whose agents these are: a fifth more than they will sell.</summary>
    public IReadOnlyList<(string Product, long QuantityThousandths)> OpeningOf(IEnumerable<int> agentsOfStore)
    {
        var sold = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in agentsOfStore.SelectMany(agent => commands[agent]).SelectMany(command => command.Lines).Where(line => line is { Kind: LineKind.Sale, IsFee: false }))
            sold[line.Product] = sold.GetValueOrDefault(line.Product) + line.QuantityThousandths;
        return [.. Catalogue.Select(product => (product.Code, Math.Min(ShelfThousandthsMax, (((sold.GetValueOrDefault(product.Code) * 6 / 5) + 999) / 1000 * 1000) + 5000)))];
    }

    /// <summary>The file's tills are dealt to the agents in turn; without tills it goes by the receipt number modulo the agents.</summary>
    static Func<FileReceipt, int> Deal(SalesFile file, int agents)
    {
        if (file.Mapping.Columns.Till is null) return receipt => (int)(NumberIn(receipt.Number) % (ulong)agents);
        var agentOf = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var till in file.Receipts.Select(receipt => receipt.Till).Distinct().OrderBy(NumberIn).ThenBy(till => till, StringComparer.Ordinal)) agentOf[till] = agentOf.Count % agents;
        return receipt => agentOf[receipt.Till];
    }

    static ulong NumberIn(string text)
    {
        var digits = new string([.. text.Where(char.IsAsciiDigit)]);
        return ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (ulong)text.Sum(character => character);
    }

    static IEnumerable<ReplayCommand> Split(FileReceipt receipt)
    {
        foreach (var kind in new[] { LineKind.Sale, LineKind.Refund })
        {
            foreach (var lines in receipt.Lines.Where(line => line.Kind == kind).Chunk(LinesPerEntryMax)) yield return ReplayCommand.Make(receipt, kind, lines);
        }

        foreach (var line in receipt.Lines.Where(line => line.Kind == LineKind.Adjustment)) yield return ReplayCommand.Make(receipt, LineKind.Adjustment, [line]);
    }

    /// <summary>Every product of the file that is no fee, under the first text and the last price that the file has for it.</summary>
    static List<CatalogueLine> Derive(SalesFile file)
    {
        var products = new Dictionary<string, CatalogueLine>(StringComparer.Ordinal);
        foreach (var line in file.Receipts.SelectMany(receipt => receipt.Lines).Where(line => !line.IsFee))
        {
            var known = products.GetValueOrDefault(line.Product) ?? new(line.Product, "", "", "", 0, "each");
            var named = known.Name.Length == 0 && line.Kind == LineKind.Sale ? known with { Name = line.Description } : known;
            products[line.Product] = line is { Kind: LineKind.Sale, UnitPriceMinor: > 0 } ? named with { PriceMinor = line.UnitPriceMinor } : named;
        }

        return [.. products.Values.Select(product => product.Name.Length == 0 ? product with { Name = $"Article {product.Code}" } : product).OrderBy(product => product.Code, StringComparer.Ordinal)];
    }
}
