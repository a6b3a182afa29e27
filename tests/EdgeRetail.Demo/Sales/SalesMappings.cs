namespace EdgeRetail.Demo.Sales;

/// <summary>The mappings that the demo knows by a file's header.</summary>
static class SalesMappings
{
    /// <summary>UCI "Online Retail": one web shop's invoices, cancellations marked with a C.</summary>
    public static readonly SalesMapping OnlineRetail = new(
        "Online Retail (UCI)", new(Receipt: "InvoiceNo", Quantity: "Quantity", Product: "StockCode", Description: "Description", UnitPrice: "UnitPrice"), "GBP")
    {
        CancelledReceiptPrefix = "C",
        FeeCodes = ["POST", "DOT", "M", "D", "C2", "S", "BANK CHARGES", "AMAZONFEE", "CRUK", "PADS", "B"],
    };

    /// <summary>"The Complete Journey": grocery receipts of many stores. Its product ids are digits, some as long as a GTIN.</summary>
    public static readonly SalesMapping CompleteJourney = new(
        "The Complete Journey (84.51°)", new(Receipt: "basket_id", Quantity: "quantity", Product: "product_id", Amount: "sales_value", Till: "store_id"), "USD") { ProductPrefix = "CJ-" };

    /// <summary>The built-in shop's own till roll.</summary>
    public static readonly SalesMapping BuiltIn = new(
        "the built-in shop", new(Receipt: "receipt", Quantity: "quantity", Gtin: "gtin", Description: "description", UnitPrice: "unit_price", Amount: "amount", Till: "till"), "EUR") { CancelledReceiptPrefix = "R" };

    static readonly SalesMapping[] All = [OnlineRetail, CompleteJourney, BuiltIn];

    /// <summary>The built-in mapping all of whose columns the header names; null where there is none.</summary>
    public static SalesMapping? ForHeader(IReadOnlyList<string> header) => All.FirstOrDefault(mapping => Names(mapping.Columns).All(header.Contains));

    static IEnumerable<string> Names(SalesColumns columns) =>
        new[] { columns.Receipt, columns.Quantity, columns.Product, columns.Gtin, columns.Description, columns.UnitPrice, columns.Amount, columns.Till, columns.Unit }.OfType<string>();
}
