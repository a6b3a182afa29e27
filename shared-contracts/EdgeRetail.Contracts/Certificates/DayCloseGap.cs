namespace EdgeRetail.Contracts.Certificates;

/// <summary>One thing that is missing or differs; of receipts with the series and the numbers, else they are empty and 0.</summary>
public sealed record DayCloseGap(string Code, string Message, string DeviceCode = "", string Series = "", int First = 0, int Last = 0);
