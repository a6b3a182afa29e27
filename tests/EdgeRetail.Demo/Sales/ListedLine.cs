namespace EdgeRetail.Demo.Sales;

/// <summary>A line that the platform cannot take, with its number in the file and why.</summary>
sealed record ListedLine(int Number, string Code, string Reason)
{
    public override string ToString() => $"line {Number}: {Code}: {Reason}";
}
