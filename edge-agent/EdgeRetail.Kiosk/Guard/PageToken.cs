using System.Security.Cryptography;
using System.Text;

namespace EdgeRetail.Kiosk.Guard;

/// <summary>
/// A secret of this start of the agent, written into the page it serves: who cannot read the page cannot command the agent.
/// It is in the page and not in a cookie, because cookies do not tell ports of one address apart.
/// </summary>
sealed class PageToken
{
    public const string Header = "X-EdgeRetail-Token";

    readonly byte[] expected;

    PageToken(string text)
    {
        Text = text;
        expected = Encoding.ASCII.GetBytes(text);
    }

    public string Text { get; }

    public static PageToken Create() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));

    /// <summary>Takes the same time for every wrong token.</summary>
    public bool IsRight(string? presented) => presented is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(presented), expected);

    public override string ToString() => nameof(PageToken);
}
