using EdgeRetail.Contracts.Certificates;

namespace EdgeRetail.CloudSync.DayCloses;

/// <summary>The key that certificates are signed with now, and those before it.</summary>
public sealed record SigningKeyset(string CurrentId, IReadOnlyList<SigningKey> Keys)
{
    public SigningKey Current => Keys.FirstOrDefault(key => key.Id == CurrentId && key.PrivateKey is not null) ?? throw new InvalidOperationException($"The certificate keys lack the current one, {CurrentId}.");

    public CertificateKeys Published => new(CurrentId, [.. Keys.Select(key => key.ToPublished())]);
}
