using EdgeRetail.Contracts.Entries;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>How a unit is written in catalogue files, in JSON and on screen.</summary>
public static class UnitNames
{
    public static string Of(Unit unit) => unit switch
    {
        Unit.Each => "each",
        Unit.Kilogram => "kg",
        Unit.Litre => "l",
        Unit.Metre => "m",
        _ => "?",
    };

    /// <summary>Null where no unit is called that; empty text is each.</summary>
    public static Unit? Read(string text) => text.ToLowerInvariant() switch
    {
        "" or "each" => Unit.Each,
        "kg" => Unit.Kilogram,
        "l" => Unit.Litre,
        "m" => Unit.Metre,
        _ => null,
    };
}
