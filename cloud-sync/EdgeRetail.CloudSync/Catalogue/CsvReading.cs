namespace EdgeRetail.CloudSync.Catalogue;

/// <summary>What came of reading one record.</summary>
enum CsvReading
{
    /// <summary>The fields are there.</summary>
    Record,

    /// <summary>A quoted field has no end.</summary>
    QuoteNotClosed,

    /// <summary>Something other than a separator follows a closing quote.</summary>
    QuoteMisplaced,

    /// <summary>The record is longer than any real one.</summary>
    TooLong,

    /// <summary>There are no more records.</summary>
    End,
}
