using System.Globalization;
using System.Text;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>Finds products in the cached catalogue: by code, and by the beginnings of words, whatever their case and accents.</summary>
static class ProductReader
{
    const string Columns = $"p.code, p.name, p.brand, p.size, p.price_minor, p.currency, p.unit, p.version, {TermsColumns.Names}";
    const string FindSql = $"SELECT {Columns} FROM cache_product p WHERE p.code = $code";
    const string SearchSql = $"SELECT {Columns} FROM product_search s JOIN cache_product p ON p.id = s.rowid WHERE product_search MATCH $query LIMIT $limit";

    const string BeginsSql = $"SELECT {Columns} FROM cache_product p WHERE p.code >= $from AND p.code < $to ORDER BY p.code LIMIT $limit";

    const int WordsMax = 8;
    const int WordCharactersMax = 48;

    // Enough to put the best first; whoever has more hits than this types on.
    const int CandidatesMax = 200;

    // Fewer digits say too little about a code.
    const int CodeDigitsMin = 3;

    // What pads a GTIN of 13, 12 or 8 digits to the 14 that are stored.
    static readonly string[] GtinPaddings = ["", "0", "00", "000000"];

    public static CachedProduct? Find(Connection snapshot, ProductCode code)
    {
        using var row = snapshot.Prepare(FindSql);
        return row.Bind("$code", code.Value).Step() ? Read(row) : null;
    }

    /// <summary>The product with exactly this code first, then codes, then names that begin with what was typed, then the rest, short names first.</summary>
    public static IReadOnlyList<CachedProduct> Search(Connection snapshot, string text, int limit)
    {
        var found = new List<CachedProduct>();
        if (limit <= 0) return found;
        if (ProductCode.Read(text) is ProductCodeReading.Accepted accepted && Find(snapshot, accepted.Code) is { } exact) found.Add(exact);
        var words = Words(text);
        if (words.Count == 0) return found;
        if (words is [{ Length: >= CodeDigitsMin } digits] && digits.All(char.IsAsciiDigit)) AddCodes(snapshot, digits, found, limit);
        if (found.Count < limit) AddMatches(snapshot, NameBegins(words), found, limit);
        if (found.Count < limit) AddMatches(snapshot, string.Join(" AND ", words.Select(Anywhere)), found, limit);
        return found;
    }

    static void AddCodes(Connection snapshot, string digits, List<CachedProduct> found, int limit)
    {
        foreach (var zeros in GtinPaddings)
        {
            var from = zeros + digits;
            using var rows = snapshot.Prepare(BeginsSql);
            rows.Bind("$from", from).Bind("$to", from[..^1] + (char)(from[^1] + 1)).Bind("$limit", limit);
            while (found.Count < limit && rows.Step())
            {
                var product = Read(rows);
                if (found.TrueForAll(other => other.Code != product.Code)) found.Add(product);
            }
        }
    }

    static void AddMatches(Connection snapshot, string query, List<CachedProduct> found, int limit)
    {
        var candidates = new List<CachedProduct>();
        using (var rows = snapshot.Prepare(SearchSql))
        {
            rows.Bind("$query", query).Bind("$limit", Math.Max(limit, CandidatesMax));
            while (rows.Step()) candidates.Add(Read(rows));
        }

        var codes = found.Select(product => product.Code).ToHashSet();
        found.AddRange(candidates.Where(product => !codes.Contains(product.Code))
            .OrderBy(product => product.Name.Length).ThenBy(product => product.Name, StringComparer.Ordinal).ThenBy(product => product.Code)
            .Take(limit - found.Count));
    }

    static CachedProduct Read(Statement row)
    {
        var terms = TermsColumns.Read(row, 8);
        return new(
            ProductCode.Parse(row.Text(0)), row.Text(1), row.Text(2), row.Text(3), new(row.Int64(4), Currency.Parse(row.Text(5))), (Unit)row.Int32(6), row.Int64(7), terms.Tax, terms.Pack);
    }

    /// <summary>
    /// Runs of letters, digits and marks, as the index splits them. Nothing else of the text reaches the query, so that no
    /// operator, quote or column of the query language can be typed.
    /// </summary>
    static List<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var belongs = Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
                or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber
                or UnicodeCategory.OtherNumber;
            if (belongs && word.Length < WordCharactersMax) word.Append(rune.ToString());
            if (!belongs) Finish();
            if (words.Count == WordsMax) return words;
        }

        Finish();
        return words;

        void Finish()
        {
            if (word.Length > 0) words.Add(word.ToString());
            word.Clear();
        }
    }

    static string NameBegins(List<string> words) =>
        string.Join(" AND ", words.Skip(1).Select(Anywhere).Prepend($"name : ^ \"{words[0]}\" *"));

    static string Anywhere(string word) => $"\"{word}\" *";
}
