using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>Product codes between how they are kept and how people write them.</summary>
static class ProductCodes
{
    /// <summary>As people know it; text that is no code stays as it is.</summary>
    public static string Display(string stored) => ProductCode.Read(stored) is ProductCodeReading.Accepted { Code: var code } ? code.Display : stored;

    /// <summary>As it is kept; text that is no code stays as it is, and finds nothing.</summary>
    public static string Canonical(string typed) => ProductCode.Read(typed) is ProductCodeReading.Accepted { Code: var code } ? code.Value : typed.Trim();
}
