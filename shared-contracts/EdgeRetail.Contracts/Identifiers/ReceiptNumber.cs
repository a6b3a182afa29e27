namespace EdgeRetail.Contracts.Identifiers;

/// <summary>What stands on the receipt: device code, series, number; gap-free within a series.</summary>
public sealed record ReceiptNumber(string DeviceCode, string Series, int Number)
{
    /// <summary>As printed: <c>T1-1-000042</c>.</summary>
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{DeviceCode}-{Series}-{Number:D6}");

    /// <summary>Reads what <see cref="ToString"/> writes; the number may lack its leading zeros. Null where the text is none.</summary>
    public static ReceiptNumber? TryParse(string text)
    {
        var lastDash = text.LastIndexOf('-');
        if (lastDash <= 0) return null;
        var seriesDash = text.LastIndexOf('-', lastDash - 1);
        return seriesDash > 0
            && seriesDash + 1 < lastDash
            && int.TryParse(text.AsSpan(lastDash + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
            && number > 0
                ? new(text[..seriesDash], text[(seriesDash + 1)..lastDash], number)
                : null;
    }
}
