namespace EdgeRetail.Architecture.Tests;

/// <summary>Who may know whom. A stage is a namespace is a folder.</summary>
static class DependencyRules
{
    const string Agent = "EdgeRetail.EdgeAgent";
    const string Kiosk = "EdgeRetail.Kiosk";
    const string DeviceCli = "EdgeRetail.DeviceCli";
    const string Cloud = "EdgeRetail.CloudSync";
    const string DevPostgres = "EdgeRetail.DevPostgres";
    const string Contracts = "EdgeRetail.Contracts";
    const string Messages = "EdgeRetail.Contracts.Sync.V1";

    static readonly string[] Postgres = ["Npgsql", "NpgsqlTypes", "Microsoft.EntityFrameworkCore", DevPostgres];
    static readonly string[] Sqlite = ["Microsoft.Data.Sqlite", "SQLitePCL"];
    static readonly string[] Device = [Agent, Kiosk, DeviceCli];

    /// <summary>How the agent stores; its errors, which have a code and a next step for people, are for everybody.</summary>
    static readonly string[] DeviceStorage = [$"{Agent}.Storage.Database", $"{Agent}.Storage.Connection", $"{Agent}.Storage.Statement", $"{Agent}.Storage.WriteTransaction"];

    /// <summary>Input and output, threads, clocks and frameworks: what a pure function has no need of.</summary>
    static readonly string[] Impure =
    [
        "Microsoft", "Npgsql", "Grpc", "Polly", "Serilog", "SQLitePCL",
        "System.IO", "System.Net", "System.Threading", "System.Data", "System.Console", "System.Random", "System.TimeProvider",
        "System.Diagnostics.Process", "System.Diagnostics.Stopwatch", "System.Security.Cryptography.RandomNumberGenerator",
    ];

    public static readonly DependencyRule[] All =
    [
        new(Contracts, [.. Device, Cloud, .. Postgres, .. Sqlite, "Microsoft.AspNetCore"], "the contract is what both sides share, so it knows neither of them"),
        new(Agent, [Cloud, .. Postgres, "Microsoft.AspNetCore", Kiosk, DeviceCli], "a device runs without the cloud, and the agent without its surfaces"),
        new(Kiosk, [Cloud, .. Postgres, DeviceCli], "a kiosk runs without the cloud"),
        new(DeviceCli, [Cloud, .. Postgres], "a device runs without the cloud"),
        new(Cloud, [.. Device, .. Sqlite], "the cloud sees a device only through the contract"),
        new(DevPostgres, [.. Device, Cloud, Contracts, "Npgsql", "Microsoft.EntityFrameworkCore", "Microsoft.AspNetCore"], "running a PostgreSQL is nobody's domain"),

        new($"{Cloud}.Merge", [.. Impure, "Google", Messages, $"{Contracts}.Wire", $"{Cloud}.Storage", $"{Cloud}.Ingest", $"{Cloud}.ChangeFeed", $"{Cloud}.Devices", $"{Cloud}.Catalogue", $"{Cloud}.Operations", $"{Cloud}.Publishing"],
            "merge rules are pure: the same entries merge to the same state in any order, today and at a rebuild"),
        new($"{Agent}.Cache.StockView", [.. Impure, .. Sqlite, "Google", Messages], "what a device shows is a function of cache and pending entries"),
        new($"{Agent}.Sync.SyncSchedule", [.. Impure, "Google", Messages], "when to try again is computed, somebody else waits"),
        new($"{Agent}.Sync.SyncSession", Impure, "the session is a state machine: messages and clock in, messages and effects out"),

        new(Contracts, [Messages], "generated messages stop at the one mapping", $"{Contracts}.Wire", Messages),
        new(Agent, [Messages], "generated messages stop where a device talks to the cloud", $"{Agent}.Sync", $"{Agent}.Enrolment"),
        new(Cloud, [Messages], "generated messages stop where the cloud talks to devices", $"{Cloud}.Ingest", $"{Cloud}.ChangeFeed", $"{Cloud}.Devices"),

        new(Agent, Sqlite, "SQL stays with the stores", $"{Agent}.Storage", $"{Agent}.Ledger", $"{Agent}.Outbox", $"{Agent}.Cache", $"{Agent}.Prices"),
        new($"{Agent}.Sync", [.. Sqlite, "System.Data"], "a session talks to the outbox and the cache, never to SQL"),
        new(Kiosk, [.. Sqlite, "System.Data", "Grpc", "Google", Messages, .. DeviceStorage], "the kiosk sees commands, readers and status"),
        new(DeviceCli, [.. Sqlite, "System.Data", "Grpc", "Google", Messages, .. DeviceStorage], "the command line sees commands, readers and status"),

        new(Agent, ["Polly"], "retries belong where a stage meets the outside", $"{Agent}.Sync", $"{Agent}.Enrolment", $"{Agent}.Peripherals"),
        new(Kiosk, ["Polly"], "a kiosk's own calls stay on the machine"),
        new(Cloud, ["Polly"], "retries belong where a stage meets the outside", $"{Cloud}.Storage", $"{Cloud}.Publishing"),
    ];
}
