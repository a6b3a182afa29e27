namespace EdgeRetail.CloudSync.Operations.Conflicts;

/// <summary>Conflicts as people say them.</summary>
public static class ConflictWords
{
    public static string Value(string? value) => value is null ? "the catalogue's" : $"“{value}”";

    public static string State(string state) => state switch
    {
        "open" => "waits for a person",
        "decided" => "decided by the policy",
        "resolved" => "resolved",
        "superseded" => "edited again since",
        _ => state,
    };

    public static Tone Tone(string state) => state == "open" ? Operations.Tone.Bad : state == "decided" ? Operations.Tone.Waiting : Operations.Tone.Good;

    public static string Rule(string rule) => rule switch
    {
        "latest-wins" => "the latest wins",
        "cloud-wins" => "the cloud wins",
        "device-wins" => "the device wins",
        "manual" => "a person decides",
        _ => rule,
    };

    public static string Where(ConflictSide side) => side.DeviceId == 0 ? "head office" : side.DeviceCode ?? $"device {side.DeviceId}";
}
