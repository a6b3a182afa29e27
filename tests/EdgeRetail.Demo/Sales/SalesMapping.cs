using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeRetail.Demo.Sales;

/// <summary>How a sales file is to be read: README, "Files of your own".</summary>
sealed record SalesMapping(string Name, SalesColumns Columns, string Currency, string Separator = ",")
{
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, ReadCommentHandling = JsonCommentHandling.Skip };

    /// <summary>Stands before the file's own product codes: digits alone would be taken for a GTIN.</summary>
    public string ProductPrefix { get; init; } = "";

    /// <summary>Receipts whose number begins so are cancellations: their negative lines are refunds without receipt.</summary>
    public string? CancelledReceiptPrefix { get; init; }

    /// <summary>Codes that are no goods (postage, manual entries): sold as unknown products, under their description.</summary>
    public IReadOnlyList<string> FeeCodes { get; init; } = [];

    /// <summary>Digits after the point of the currency, by ISO 4217.</summary>
    [JsonIgnore]
    public int MinorDigits => Currency switch
    {
        "BIF" or "CLP" or "DJF" or "GNF" or "ISK" or "JPY" or "KMF" or "KRW" or "PYG" or "RWF" or "UGX" or "VND" or "VUV" or "XAF" or "XOF" or "XPF" => 0,
        "BHD" or "IQD" or "JOD" or "KWD" or "LYD" or "OMR" or "TND" => 3,
        _ => 2,
    };

    [JsonIgnore]
    public decimal MinorPerMajor => MinorDigits switch { 0 => 1m, 3 => 1000m, _ => 100m };

    /// <exception cref="SalesFileException">The file is none, or says too little.</exception>
    public static SalesMapping Load(string path)
    {
        try
        {
            var mapping = JsonSerializer.Deserialize<SalesMapping>(File.ReadAllText(path), Options) ?? throw new JsonException("The file says null.");
            return mapping.Fault() is { } fault ? throw new SalesFileException("MAPPING_INVALID", $"{path}: {fault}") : mapping;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new SalesFileException("MAPPING_INVALID", $"{path}: {e.Message}", e);
        }
    }

    string? Fault() =>
        Columns is null || string.IsNullOrEmpty(Columns.Receipt) || string.IsNullOrEmpty(Columns.Quantity) ? "'columns' has to name receipt and quantity."
        : Columns.Product is null && Columns.Gtin is null ? "'columns' has to name product or gtin."
        : Columns.UnitPrice is null && Columns.Amount is null ? "'columns' has to name unitPrice or amount."
        : Currency is not { Length: 3 } ? "'currency' has to be a code of ISO 4217, like EUR."
        : Separator is not { Length: 1 } ? "'separator' has to be one character."
        : null;
}
