namespace EdgeRetail.CloudSync.Catalogue;

/// <summary>What came of reading one row of a catalogue file.</summary>
abstract record CatalogueRowReading(int Line)
{
    public sealed record Accepted(int Line, CatalogueRow Row) : CatalogueRowReading(Line);

    /// <summary>The row stays out, with the code and the sentence that say why.</summary>
    public sealed record Bad(int Line, string Code, string Message) : CatalogueRowReading(Line);
}
