using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace EdgeRetail.CloudSync.Storage;

/// <summary>
/// Where a table stands when the schema is distributed over Citus nodes. Every table says it, and a test reads it: what a
/// store owns has <c>store_id</c> in every primary key, unique index and foreign key.
/// </summary>
public static class Placement
{
    /// <summary>The annotation's name.</summary>
    public const string Annotation = "EdgeRetail:Placement";

    /// <summary>Distributed by <c>store_id</c>.</summary>
    public const string OwnedByStore = "store";

    /// <summary>The same on every node.</summary>
    public const string Reference = "reference";

    /// <summary>Devices, streams and sessions: on one node, without a foreign key into store tables.</summary>
    public const string Devices = "devices";

    /// <summary>The distribution column.</summary>
    public const string StoreColumn = "store_id";

    public static EntityTypeBuilder<T> Placed<T>(this EntityTypeBuilder<T> entity, string placement)
        where T : class => entity.HasAnnotation(Annotation, placement);
}
