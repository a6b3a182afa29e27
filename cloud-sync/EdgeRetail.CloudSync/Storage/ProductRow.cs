namespace EdgeRetail.CloudSync.Storage;

/// <summary>The latest version of a catalogue row. Deleted rows stay as tombstones, so that devices learn of it.</summary>
public sealed class ProductRow
{
    public required string Code { get; init; }

    public required string Name { get; set; }

    public required string Brand { get; set; }

    public required string Size { get; set; }

    public required long PriceMinor { get; set; }

    public required string Currency { get; set; }

    public required short Unit { get; set; }

    /// <summary>The rate of tax; null, with the three after it, where the catalogue says nothing of tax.</summary>
    public string? TaxRateId { get; set; }

    public int? TaxHundredths { get; set; }

    public bool? TaxInclusive { get; set; }

    public short? TaxRounding { get; set; }

    /// <summary>The product within, where this is a pack, and how many thousandths of it.</summary>
    public string? PackProduct { get; set; }

    public long? PackContent { get; set; }

    public bool Deleted { get; set; }

    public required long Version { get; set; }
}
