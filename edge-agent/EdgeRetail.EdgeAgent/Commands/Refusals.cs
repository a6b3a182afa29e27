using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>Why a command was refused, and what the person before it can do.</summary>
static class Refusals
{
    public static CommandResult.Refused Of(EntryViolation violation) => new(violation.Code, violation.Message, violation.Code switch
    {
        "QUANTITY_NOT_POSITIVE" or "QUANTITY_TOO_LARGE" or "QUANTITY_ZERO" => "Type the quantity again.",
        "AMOUNT_NEGATIVE" or "AMOUNT_NOT_POSITIVE" or "AMOUNT_TOO_LARGE" => "Type the price or amount again.",
        "TEXT_TOO_LONG" or "TEXT_INVALID" => "Correct the text.",
        "TOO_MANY_LINES" or "ENTRY_TOO_LARGE" => "Split it into several.",
        "LINES_MISSING" => "Add at least one product.",
        "VOID_REASON_MISSING" => "Say why the sale is taken back.",
        "REASON_MISSING" => "Choose one of the reasons.",
        "EDIT_VALUE_MISSING" => "Give a value, or remove the store's own.",
        "EDIT_FIELD_UNKNOWN" => "Name one of name, brand, size.",
        "DISCOUNT_INVALID" => "Give the discount again.",
        "CURRENCY_MIXED" => "Give all amounts in the currency of the store.",
        "REFUND_REASON_MISSING" => "Give a reason, or name the receipt and line that was sold.",
        "PRODUCT_CODE_EMPTY" => "Scan or type the product.",
        _ => "Correct it and do it again.",
    });

    public static CommandResult.Refused UnknownProduct(ProductCode product) => new(
        "UNKNOWN_PRODUCT", $"The product {product.Display} is not in the catalogue of this device.", "Sell it with --unknown, a description and a price.");

    public static CommandResult.Refused ProductNotFound(ProductCode product) => new(
        "PRODUCT_NOT_FOUND", $"The product {product.Display} is not in the catalogue of this device.", "Check the code; what the catalogue lacks cannot be edited.");

    public static CommandResult.Refused DescriptionMissing(ProductCode product) => new(
        "DESCRIPTION_MISSING", $"The unknown product {product.Display} has no description.", "Say in a few words what it is.");

    public static CommandResult.Refused PriceMissing(ProductCode product) => new("PRICE_MISSING", $"There is no price for {product.Display}.", "Give a price.");

    public static CommandResult.Refused UnitDiffers(ProductCode product, Unit unit) => new(
        "UNIT_MISMATCH", $"{product.Display} is counted by {unit}.", $"Give the quantity by {unit}.");

    public static CommandResult.Refused TendersOpen() => new(
        "TENDERS_OPEN", "More than one tender has no amount.", "Give the amounts; one tender at most pays the rest.");

    public static CommandResult.Refused TenderInvalid(Money amount) => new(
        "TENDER_INVALID", $"A tender of {amount} cannot be.", "Give what was handed over; change is reckoned.");

    public static CommandResult.Refused TendersBelowTotal(Money total, Money missing) => new(
        "TENDERS_BELOW_TOTAL", $"Of the total of {total}, {missing} are not paid.", "Take the rest with another tender.");

    public static CommandResult.Refused ChangeExceedsCash(Money change) => new(
        "CHANGE_EXCEEDS_CASH", $"{change} too much are paid, and less cash than that was given.", "Take less by card; only cash gives change.");

    public static CommandResult.Refused DiscountInvalid(ProductCode product) => new(
        "DISCOUNT_INVALID", $"The discount on {product.Display} is neither an amount above 0 nor a percentage from 0.01 to 100.", "Give it as an amount or as a percentage.");

    public static CommandResult.Refused DiscountExceedsPrice(ProductCode product, Money discount, Money price) => new(
        "DISCOUNT_EXCEEDS_PRICE", $"{discount} cannot be taken off {product.Display}, which costs {price}.", "Take off at most what it costs.");

    public static CommandResult.Refused ApproverMissing(ProductCode product, Money usual, Money price) => new(
        "APPROVER_MISSING", $"{product.Display} for {price} in place of {usual} needs somebody who agrees.", "Have it approved and name who did.");

    public static CommandResult.Refused PackBroken(ProductCode pack, Quantity quantity) => new(
        "PACK_QUANTITY_BROKEN", $"{quantity} of the pack {pack.Display} are no quantity of what is in it.", "Give whole packs, or the product within.");

    public static CommandResult.Refused TenderMissing() => new("TENDER_MISSING", "It is not said how it is paid.", "Choose cash, card or other.");

    public static CommandResult.Refused DayInFuture(DateOnly date, DateOnly today) => new(
        "DAY_IN_FUTURE", $"{date:yyyy-MM-dd} has not begun here: the business date is {today:yyyy-MM-dd}.", "Close today, or an earlier date.");

    public static CommandResult.Refused LaterDayClosed(DateOnly date, DateOnly last) => new(
        "DAY_CLOSED_LATER", $"{last:yyyy-MM-dd} is closed already, and {date:yyyy-MM-dd} is before it.", $"Close {last:yyyy-MM-dd} again, or a later date: what was recorded late for {date:yyyy-MM-dd} is told apart there.");

    public static CommandResult.Refused DayClosed(DateOnly date) => new(
        "DAY_CLOSED", $"{date:yyyy-MM-dd} is closed, and nothing was recorded since.", "Look at 'edgeretail day status'.");

    public static CommandResult.Refused CommandReused(CommandId command) => new(
        "COMMAND_REUSED", $"The command id {command} was used for something else before.", "Begin anew: a new basket has a new command id.");

    public static CommandResult.Refused ReceiptNotFound(ReceiptNumber receipt) => new(
        "RECEIPT_NOT_FOUND", $"This device's ledger has no sale with receipt {receipt}.", "Check the number, or refund without receipt and give a reason.");

    public static CommandResult.Refused VoidedSaleNotFound(ReceiptNumber receipt) => new(
        "RECEIPT_NOT_FOUND", $"This device's ledger has no sale with receipt {receipt}.", "Check the number; a sale is voided on the kiosk whose code its receipt begins with.");

    public static CommandResult.Refused SaleOfOtherStore(ReceiptNumber receipt, StoreId store) => new(
        "SALE_OF_OTHER_STORE", $"The sale of receipt {receipt} was made in store {store}, where this device no longer is.", "Take the goods back as a refund.");

    public static CommandResult.Refused SaleVoided(ReceiptNumber receipt) => new(
        "SALE_VOIDED", $"The sale of receipt {receipt} was voided before.", "Nothing is left of it to take back.");

    public static CommandResult.Refused SaleRefunded(ReceiptNumber receipt, int line) => new(
        "SALE_REFUNDED", $"Of the sale of receipt {receipt}, line {line} was refunded already; a void takes back all of it.", "Refund the lines that are left.");

    public static CommandResult.Refused SoldLineNotFound(ReceiptNumber receipt, int? line, int lines) => new(
        "SOLD_LINE_NOT_FOUND", line is null ? $"It is not said which line of {receipt} comes back." : $"Receipt {receipt} has no line {line}; it has {lines}.", "Name a line of the receipt, from 1.");

    public static CommandResult.Refused SoldLineOfOtherProduct(ReceiptNumber receipt, int line, ProductCode sold, ProductCode returned) => new(
        "SOLD_LINE_NOT_FOUND", $"Line {line} of {receipt} is {sold.Display}, not {returned.Display}.", "Name the line with this product.");

    public static CommandResult.Refused RefundExceedsSold(ReceiptNumber receipt, int line, Quantity left) => new(
        "REFUND_EXCEEDS_SOLD", $"Of line {line} of {receipt}, {left} are left to refund.", "Refund what is left, or the rest without receipt and with a reason.");

    public static CommandResult.Refused RefundAmountExceedsSold(ReceiptNumber receipt, int line, Money left) => new(
        "REFUND_EXCEEDS_SOLD", $"Of the amount of line {line} of {receipt}, {left} are left to refund.", "Refund what is left, or the rest without receipt and with a reason.");
}
