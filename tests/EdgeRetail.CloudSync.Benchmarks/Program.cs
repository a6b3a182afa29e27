using System.Globalization;
using EdgeRetail.CloudSync.Benchmarks;

// `EdgeRetail.CloudSync.Benchmarks limit --ledger DIR` with EDGERETAIL_DATABASE naming an empty database: its last line is entries a second.
if (args is not ["limit", "--ledger", var ledger] || Environment.GetEnvironmentVariable("EDGERETAIL_DATABASE") is not { Length: > 0 } database)
{
    Console.Error.WriteLine("usage: EDGERETAIL_DATABASE=… EdgeRetail.CloudSync.Benchmarks limit --ledger DIR");
    return 2;
}

var rate = await PostgresLimit.MeasureAsync(database, ledger);
Console.WriteLine(rate.ToString("0.0", CultureInfo.InvariantCulture));
return 0;
