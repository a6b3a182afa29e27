namespace EdgeRetail.CloudSync.Catalogue;

/// <summary>What one transaction did to the catalogue: the head's version before and after it, and the rows it wrote.</summary>
sealed record CatalogueCommit(long VersionBefore, long VersionAfter, int Rows);
