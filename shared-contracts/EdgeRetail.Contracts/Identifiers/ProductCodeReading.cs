namespace EdgeRetail.Contracts.Identifiers;

/// <summary>What came of reading a product code.</summary>
public abstract record ProductCodeReading
{
    ProductCodeReading()
    {
    }

    public sealed record Accepted(ProductCode Code) : ProductCodeReading;

    public sealed record Refused(string ErrorCode, string Message) : ProductCodeReading;
}
