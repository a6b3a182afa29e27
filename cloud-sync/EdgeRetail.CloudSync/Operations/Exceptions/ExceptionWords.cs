using EdgeRetail.CloudSync.Merge;

namespace EdgeRetail.CloudSync.Operations.Exceptions;

/// <summary>What the codes mean, and what to do, as people say it; the same on the page and on the command line.</summary>
public static class ExceptionWords
{
    public static string Title(string code) => code switch
    {
        ExceptionCode.BelowZero => "On hand is below zero",
        ExceptionCode.UnknownProduct => "Sold without being in the catalogue",
        ExceptionCode.ReceiptRepeated => "A receipt number was printed twice",
        ExceptionCode.RefundBeforeSale => "A refund waits for its sale",
        ExceptionCode.RefundExceedsSale => "More came back than was sold",
        ExceptionCode.ClockDoubtful => "A device's clock is not believed",
        _ => code,
    };

    public static string NextStep(string code) => code switch
    {
        ExceptionCode.BelowZero => "Count the product, or record the delivery that is missing; it closes by itself.",
        ExceptionCode.UnknownProduct => "Import the code into the catalogue; it closes by itself.",
        ExceptionCode.ReceiptRepeated => "Both sales count. Look at both: the device was restored or copied, and a customer may come back with either.",
        ExceptionCode.RefundBeforeSale => "Nothing to do while the device that sold is still to report; it closes when the sale arrives.",
        ExceptionCode.RefundExceedsSale => "Look at the refunds of this line, and at who made them.",
        ExceptionCode.ClockDoubtful => "Look at the device's clock; it closes with the next entry whose time is believed.",
        _ => "Look at the entry.",
    };

    public static Tone Tone(int severity) => severity >= 2 ? Operations.Tone.Bad : Operations.Tone.Waiting;
}
