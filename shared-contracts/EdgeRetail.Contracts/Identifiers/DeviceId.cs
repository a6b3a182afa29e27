namespace EdgeRetail.Contracts.Identifiers;

/// <summary>The authenticated principal. Made by the cloud at random when the device is added, positive, never reused.</summary>
public readonly record struct DeviceId(int Value)
{
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
