using EdgeRetail.CloudSync.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace EdgeRetail.CloudSync.Tests.Storage;

/// <summary>
/// What Citus would refuse, read from the model: a table that a store owns has the distribution column in every key, unique
/// index and foreign key; devices', streams' and sessions' tables have no foreign key into it.
/// </summary>
public static class DistributionLint
{
    public static IReadOnlyList<string> Check(IModel model)
    {
        var findings = new List<string>();
        foreach (var table in model.GetEntityTypes())
        {
            var name = table.GetTableName();
            switch (PlacementOf(table))
            {
                case Placement.OwnedByStore:
                    findings.AddRange(table.GetKeys().Where(key => !Has(key.Properties)).Select(key => $"{name}: key {key.GetName()} lacks {Placement.StoreColumn}"));
                    findings.AddRange(table.GetIndexes().Where(index => index.IsUnique && !Has(index.Properties)).Select(index => $"{name}: unique index {index.GetDatabaseName()} lacks {Placement.StoreColumn}"));
                    findings.AddRange(table.GetForeignKeys()
                        .Where(foreign => PlacementOf(foreign.PrincipalEntityType) != Placement.Reference && !Has(foreign.Properties))
                        .Select(foreign => $"{name}: foreign key {foreign.GetConstraintName()} lacks {Placement.StoreColumn}"));
                    break;
                case Placement.Devices or Placement.Reference:
                    findings.AddRange(table.GetForeignKeys()
                        .Where(foreign => PlacementOf(foreign.PrincipalEntityType) != PlacementOf(table))
                        .Select(foreign => $"{name}: foreign key {foreign.GetConstraintName()} leads to another kind of table"));
                    break;
                case var other:
                    findings.Add($"{name}: says '{other}' where it stands");
                    break;
            }
        }

        return findings;
    }

    static string? PlacementOf(IReadOnlyEntityType table) => table.FindAnnotation(Placement.Annotation)?.Value as string;

    static bool Has(IEnumerable<IReadOnlyProperty> properties) => properties.Any(property => property.GetColumnName() == Placement.StoreColumn);
}
