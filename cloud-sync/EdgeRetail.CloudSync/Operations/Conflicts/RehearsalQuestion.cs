namespace EdgeRetail.CloudSync.Operations.Conflicts;

/// <summary>Which policy is tried on what.</summary>
/// <param name="Days">Conflicts of which one edit arrived within so many days.</param>
/// <param name="StoreId">Null: of all stores.</param>
public sealed record RehearsalQuestion(string Field, string Rule, bool Resurrects, int Days, int? StoreId)
{
    public const int DaysMax = 366;
}
