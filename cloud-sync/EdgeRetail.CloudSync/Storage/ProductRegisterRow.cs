namespace EdgeRetail.CloudSync.Storage;

/// <summary>What the edits of a field of a product come to in a store, at <see cref="Version"/>.</summary>
public sealed class ProductRegisterRow
{
    public required int StoreId { get; init; }

    public required string Product { get; init; }

    public required short Field { get; init; }

    /// <summary>The edit whose value counts; null: none does, and the catalogue's value counts.</summary>
    public Guid? EntryId { get; set; }

    /// <summary>Null also where that edit took the store's own value away.</summary>
    public string? Value { get; set; }

    /// <summary>Concurrent edits wait for a person.</summary>
    public required bool Undecided { get; set; }

    /// <summary>What an edit is based on that is made on sight of this.</summary>
    public required Guid[] BasedOn { get; set; }

    /// <summary>Concurrent edits whose value does not count.</summary>
    public required Guid[] Lost { get; set; }

    /// <summary>Edits whose own base has not come.</summary>
    public required Guid[] Waiting { get; set; }

    public required short Rule { get; set; }

    public required int PolicyVersion { get; set; }

    public required long Version { get; set; }
}
