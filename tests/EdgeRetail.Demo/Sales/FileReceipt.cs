namespace EdgeRetail.Demo.Sales;

/// <summary>One receipt of the file with the lines that were taken, in the file's order; equal lines are lines of their own.</summary>
sealed class FileReceipt(string number, string till)
{
    readonly List<FileLine> lines = [];

    public string Number { get; } = number;

    public string Till { get; } = till;

    public IReadOnlyList<FileLine> Lines => lines;

    public long QuantityThousandths => lines.Sum(line => line.QuantityThousandths);

    public long ValueMinor => lines.Sum(line => line.AmountMinor);

    public void Add(FileLine line) => lines.Add(line);

    /// <summary>The platform refused the line after all: it is listed instead.</summary>
    public void Remove(FileLine line) => lines.RemoveAll(candidate => ReferenceEquals(candidate, line));
}
