namespace EdgeRetail.CloudSync.Merge;

/// <summary>The states that a person should look at, as they stand in the database and on every surface.</summary>
public static class ExceptionCode
{
    /// <summary>On hand of a product is below zero. Closed by what mends it.</summary>
    public const string BelowZero = "BELOW_ZERO";

    /// <summary>Sold or refunded under a code that the catalogue does not have. Closed when it has.</summary>
    public const string UnknownProduct = "UNKNOWN_PRODUCT";

    /// <summary>A receipt number stands on two entries: a restored or cloned device printed it again.</summary>
    public const string ReceiptRepeated = "RECEIPT_REPEATED";

    /// <summary>A refund or void names a sale that has not arrived. Closed when it does.</summary>
    public const string RefundBeforeSale = "REFUND_BEFORE_SALE";

    /// <summary>More of a sold line came back than was sold.</summary>
    public const string RefundExceedsSale = "REFUND_EXCEEDS_SALE";

    /// <summary>A device's clock is not believed. Closed by its next entry whose time is.</summary>
    public const string ClockDoubtful = "CLOCK_DOUBTFUL";

    /// <summary>In the order in which they are shown.</summary>
    public static IReadOnlyList<string> All { get; } = [ReceiptRepeated, RefundExceedsSale, BelowZero, UnknownProduct, RefundBeforeSale, ClockDoubtful];

    /// <summary>How much it matters: 3 money may be missing, 2 a figure is wrong until somebody mends it, 1 it usually mends itself.</summary>
    public static short SeverityOf(string code) => code switch
    {
        ReceiptRepeated or RefundExceedsSale => 3,
        BelowZero or UnknownProduct => 2,
        RefundBeforeSale or ClockDoubtful => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "No exception has this code."),
    };
}
