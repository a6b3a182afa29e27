namespace EdgeRetail.CloudSync.Merge;

/// <summary>How concurrent edits of a field are decided. Numbers as in the database.</summary>
public enum FieldRule
{
    LatestWins = 1,
    CloudWins = 2,
    DeviceWins = 3,

    /// <summary>Nobody wins before a person has decided: what held before they parted holds on.</summary>
    Manual = 4,
}
