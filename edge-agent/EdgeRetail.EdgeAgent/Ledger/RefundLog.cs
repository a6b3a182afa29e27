using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>What of each sold line this device took back, written with the refund.</summary>
static class RefundLog
{
    const string FindSql = "SELECT quantity, amount_minor FROM refunded WHERE position = $position AND line = $line";
    const string AddSql = """
        INSERT INTO refunded (position, line, quantity, amount_minor) VALUES ($position, $line, $quantity, $amount)
        ON CONFLICT (position, line) DO UPDATE SET quantity = quantity + excluded.quantity, amount_minor = amount_minor + excluded.amount_minor
        """;

    public static (long Thousandths, long AmountMinor) Find(Connection snapshot, long position, int line)
    {
        using var row = snapshot.Prepare(FindSql);
        return row.Bind("$position", position).Bind("$line", line).Step() ? (row.Int64(0), row.Int64(1)) : default;
    }

    public static void Add(WriteTransaction tx, long position, int line, long thousandths, long amountMinor)
    {
        using var row = tx.Prepare(AddSql);
        row.Bind("$position", position).Bind("$line", line).Bind("$quantity", thousandths).Bind("$amount", amountMinor).Run();
    }
}
