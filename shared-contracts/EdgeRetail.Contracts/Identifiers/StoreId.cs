namespace EdgeRetail.Contracts.Identifiers;

/// <summary>A shop. Chosen by the operator, positive, never reused.</summary>
public readonly record struct StoreId(int Value)
{
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
