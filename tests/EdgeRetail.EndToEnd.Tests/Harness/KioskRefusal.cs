namespace EdgeRetail.EndToEnd.Tests.Harness;

/// <summary>The local API refused: the problem's code, and what it says.</summary>
sealed class KioskRefusal(int status, string code, string body) : Exception($"{status} {code}: {body}")
{
    public int Status { get; } = status;

    public string Code { get; } = code;
}
