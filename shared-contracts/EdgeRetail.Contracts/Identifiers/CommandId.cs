namespace EdgeRetail.Contracts.Identifiers;

/// <summary>Made by the kiosk page when a basket opens: the same command gives the same receipt, however often it is sent.</summary>
public readonly record struct CommandId(Guid Value)
{
    public override string ToString() => Value.ToString("D");
}
