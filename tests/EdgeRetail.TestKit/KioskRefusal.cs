namespace EdgeRetail.TestKit;

/// <summary>The local API refused: the problem's code, and what it says.</summary>
public sealed class KioskRefusal(int status, string code, string body) : Exception($"{status} {code}: {body}")
{
    public int Status { get; } = status;

    public string Code { get; } = code;
}
