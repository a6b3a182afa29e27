namespace EdgeRetail.Demo.Sales;

/// <summary>What a line of a sales file becomes.</summary>
enum LineKind
{
    Sale,
    Refund,
    Adjustment,
}
