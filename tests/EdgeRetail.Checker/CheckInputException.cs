namespace EdgeRetail.Checker;

/// <summary>What should be checked cannot be read: no verdict, exit code 2.</summary>
public sealed class CheckInputException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Code { get; } = code;
}
