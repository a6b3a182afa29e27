using EdgeRetail.Contracts.Entries;

namespace EdgeRetail.CloudSync.Catalogue;

/// <summary>How to read a catalogue file. <see cref="CodePrefix"/> keeps numeric internal codes apart from GTINs, whose shape they may have.</summary>
sealed record CatalogueFileOptions(
    Currency Currency,
    IReadOnlyDictionary<string, string> Columns,
    Money? DefaultPrice = null,
    string CodePrefix = "",
    char Separator = ',');
