namespace EdgeRetail.Demo.Sales;

/// <summary>The sales file or its mapping cannot be used at all.</summary>
sealed class SalesFileException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Code { get; } = code;
}
