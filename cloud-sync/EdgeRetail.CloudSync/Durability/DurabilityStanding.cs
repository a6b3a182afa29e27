namespace EdgeRetail.CloudSync.Durability;

/// <summary>In which mode this replica would publish, for its surfaces; null until it has asked the database.</summary>
public sealed class DurabilityStanding
{
    volatile DurabilityMode? mode;

    public DurabilityMode? Mode
    {
        get => mode;
        set => mode = value;
    }
}
