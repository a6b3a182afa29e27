using EdgeRetail.Contracts.Entries;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>
/// Who agreed, and from where on somebody has to: <paramref name="AboveHundredths"/> of a percent below what a line usually
/// costs; null where nobody is ever asked.
/// </summary>
readonly record struct LineApproval(string Approver, int? AboveHundredths)
{
    public static readonly LineApproval NotAsked = new("", null);

    public bool IsMissing(Money usual, Money asked) =>
        string.IsNullOrWhiteSpace(Approver) && AboveHundredths is { } above && usual.Currency == asked.Currency
        && ((Int128)usual.MinorUnits - asked.MinorUnits) * 10_000 > (Int128)usual.MinorUnits * above;
}
