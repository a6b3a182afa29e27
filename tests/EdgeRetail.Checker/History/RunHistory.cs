using System.Text.Json;

namespace EdgeRetail.Checker.History;

/// <summary>The history of a run, in the order in which it was written down.</summary>
public sealed class RunHistory(IReadOnlyList<HistoryEvent> events)
{
    public IReadOnlyList<HistoryEvent> Events { get; } = events;

    /// <summary>Reads a file of JSON lines, see the README for their form.</summary>
    /// <exception cref="CheckInputException">A line that is none; the message names it.</exception>
    public static RunHistory Read(string path)
    {
        var events = new List<HistoryEvent>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            try
            {
                events.Add(Parse(line));
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                throw new CheckInputException("HISTORY_INVALID", $"{path}, line {number}: {e.Message}", e);
            }
        }

        return new(events);
    }

    /// <summary>Writes one event as one line.</summary>
    public static string Write(HistoryEvent happened) => happened switch
    {
        HistoryEvent.Confirmed e => Line(new { @event = "confirmed", at = e.At, device = e.Device, entryId = e.EntryId, receipt = e.Receipt }),
        HistoryEvent.Acknowledged e => Line(new { @event = "acknowledged", at = e.At, device = e.Device, stream = e.Stream, through = e.Through, chain = e.Chain }),
        HistoryEvent.Fault e => Line(new { @event = "fault", at = e.At, until = e.Until, kind = e.Kind, target = e.Target, mayLose = e.MayLose }),
        HistoryEvent.StatusShown e => Line(new { @event = "status", at = e.At, device = e.Device, outboxCount = e.OutboxCount, lastSequence = e.LastSequence, acknowledgedThrough = e.AcknowledgedThrough, allSent = e.AllSent }),
        HistoryEvent.Drained e => Line(new { @event = "drained", at = e.At }),
        _ => throw new ArgumentOutOfRangeException(nameof(happened)),
    };

    static string Line<T>(T value) => JsonSerializer.Serialize(value);

    static HistoryEvent Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        var at = root.GetProperty("at").GetDateTimeOffset();
        string Text(string name) => root.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is null");
        string? Optional(string name) => root.TryGetProperty(name, out var value) ? value.GetString() : null;
        return Text("event") switch
        {
            "confirmed" => new HistoryEvent.Confirmed(at, Text("device"), root.GetProperty("entryId").GetGuid(), Optional("receipt")),
            "acknowledged" => new HistoryEvent.Acknowledged(at, Text("device"), root.GetProperty("stream").GetGuid(), root.GetProperty("through").GetInt64(), Optional("chain")),
            "fault" => new HistoryEvent.Fault(
                at, root.GetProperty("until").GetDateTimeOffset(), Text("kind"), Text("target"),
                root.TryGetProperty("mayLose", out var lost) ? [.. lost.EnumerateArray().Select(id => id.GetGuid())] : []),
            "status" => new HistoryEvent.StatusShown(
                at, Text("device"), root.GetProperty("outboxCount").GetInt64(), root.GetProperty("lastSequence").GetInt64(),
                root.GetProperty("acknowledgedThrough").GetInt64(), root.GetProperty("allSent").GetBoolean()),
            "drained" => new HistoryEvent.Drained(at),
            var other => throw new FormatException($"no event is called '{other}'"),
        };
    }
}
