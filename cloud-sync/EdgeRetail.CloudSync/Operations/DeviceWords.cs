using EdgeRetail.CloudSync.Storage;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>How a device stands, in a sentence, and how much that should worry: the same words on every surface.</summary>
public sealed record DeviceWords(string Sentence, Tone Tone)
{
    /// <summary>Silence that is nothing yet: a device between two attempts to connect.</summary>
    static readonly TimeSpan ShortSilence = TimeSpan.FromMinutes(5);

    public static DeviceWords Of(DeviceSummary device, DateTimeOffset now) => device switch
    {
        { State: DeviceState.Revoked } => new("Revoked: it may not sync", Tone.Quiet),
        { State: DeviceState.Retired, LagEntries: 0 } => new("Retired: out of service", Tone.Quiet),
        { State: DeviceState.Retired } => new($"Retired: out of service; {PlainWords.Count(device.LagEntries, "entry", "entries")} never arrived", Tone.Bad),
        { State: DeviceState.Held } => new("Held: clone suspected; it sells, but may not sync until a person has looked at it", Tone.Bad),
        { LastHeardAt: null } => new("Never heard from", Tone.Waiting),
        { Connected: false, LastRefusalCode: { } code } when device.LastRefusalAt >= device.LastHeardAt - TimeSpan.FromSeconds(5) => new($"Refused: {code}", Tone.Bad),
        { Connected: true } when Has(device, DeviceConditions.Rewinding) => new($"Connected, rewinding: sending {PlainWords.Count(device.LagEntries, "entry", "entries")} again", Tone.Waiting),
        { Connected: true } when Has(device, DeviceConditions.Resyncing) => new($"Connected, re-syncing {PlainWords.Count(device.ResyncRows)} of {PlainWords.Count(device.ResyncRowsTotal)} rows", Tone.Waiting),
        { Connected: true, LagEntries: 0 } => new("Connected, everything has arrived", Tone.Good),
        { Connected: true } => new($"Connected, sending {PlainWords.Count(device.LagEntries, "entry", "entries")}", Tone.Waiting),
        _ => new("Not connected", now - device.LastHeardAt < ShortSilence ? Tone.Waiting : Tone.Bad),
    };

    /// <summary>The state in a word or two, for a column of a table.</summary>
    public static string Short(DeviceSummary device) => device switch
    {
        { State: DeviceState.Revoked } => DeviceState.Revoked,
        { State: DeviceState.Held } => DeviceState.Held,
        { State: DeviceState.Retired } => DeviceState.Retired,
        _ when Has(device, DeviceConditions.Rewinding) => "rewinding",
        _ when Has(device, DeviceConditions.Resyncing) => "re-syncing",
        { Connected: true } => "connected",
        _ => device.State,
    };

    static bool Has(DeviceSummary device, string code) => device.Conditions.Any(condition => condition.Code == code);
}
