using System.Text.Json;

namespace EdgeRetail.Checker.Reporting;

/// <summary>The report for machines: one JSON document.</summary>
public static class ReportJson
{
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string Write(CheckReport report) => JsonSerializer.Serialize(new { report.Holds, report.Broken, report.Figures, report.Invariants }, Options);
}
