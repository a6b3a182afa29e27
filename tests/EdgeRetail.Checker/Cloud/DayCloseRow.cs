using System.Data.Common;
using EdgeRetail.Checker.Bytes;

namespace EdgeRetail.Checker.Cloud;

/// <summary>A row of <c>day_close</c>: how far the cloud's answer to a close is.</summary>
sealed record DayCloseRow(int StoreId, EntryKey Entry, int State)
{
    public const int Certified = 1;

    public const string Sql = "SELECT store_id, entry_id, state FROM day_close";

    public static DayCloseRow Read(DbDataReader reader) => new(reader.GetInt32(0), EntryKey.Of(reader.GetGuid(1)), reader.GetInt16(2));
}
