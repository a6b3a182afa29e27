using Spectre.Console;
using Spectre.Console.Rendering;

namespace EdgeRetail.Demo.Show;

/// <summary>A table that is redrawn in place, for a person at a terminal.</summary>
sealed class TableShow : IShow
{
    const int Width = 80;
    const int EventsKept = 8;

    readonly Lock gate = new();
    readonly Queue<string> events = new();
    readonly CancellationTokenSource stopping = new();
    readonly Task drawing;
    Scene? scene;

    public TableShow() => drawing = DrawAsync();

    public void Say(string what)
    {
        lock (gate)
        {
            events.Enqueue(what);
            while (events.Count > EventsKept) events.Dequeue();
        }
    }

    public void Update(Scene scene)
    {
        lock (gate) this.scene = scene;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await drawing;
        stopping.Dispose();
    }

    Task DrawAsync() => AnsiConsole.Live(new Text("")).AutoClear(false).StartAsync(async live =>
    {
        while (true)
        {
            live.UpdateTarget(Draw());
            if (stopping.IsCancellationRequested) return;
            await Task.Delay(TimeSpan.FromMilliseconds(150), stopping.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    });

    Rows Draw()
    {
        lock (gate)
        {
            var rows = new List<IRenderable>();
            if (scene is not null)
            {
                var table = new Table { Border = TableBorder.Rounded, Width = Width };
                table.Title = new($"{scene.Act}: {scene.Sold:N0} of {scene.ToSell:N0} done, {scene.Elapsed.TotalSeconds:0} s");
                table.AddColumn("kiosk").AddColumn("store").AddColumn(new TableColumn("ledger").RightAligned()).AddColumn(new TableColumn("unsent").RightAligned());
                table.AddColumn(new TableColumn("pending").RightAligned()).AddColumn(new TableColumn("PostgreSQL").RightAligned()).AddColumn("state");
                foreach (var agent in scene.Agents)
                {
                    table.AddRow(
                        new Text(agent.Code), new Text($"{agent.Store}"), new Text(Count(agent.Status?.LastSequence)), new Text(Count(agent.Status?.OutboxCount)),
                        new Text(Count(agent.Status?.PendingCount)), new Text(Count(scene.Cloud?.ByDevice.GetValueOrDefault(agent.Code))), State(agent));
                }

                table.Caption = new($"PostgreSQL: {(scene.Cloud is { } cloud ? $"{cloud.Entries:N0} entries, {string.Join(", ", cloud.StoreHeads.OrderBy(head => head.Key).Select(head => $"store {head.Key} at version {head.Value:N0}"))}" : "away")}");
                rows.Add(table);
                rows.Add(new Text($"operators  {scene.OperatorsAddress}"));
                foreach (var agent in scene.Agents) rows.Add(new Text($"kiosk {agent.Code}   {agent.KioskAddress}"));
            }

            rows.AddRange(events.Select(what => new Text(what.Length <= Width ? what : what[..(Width - 1)] + "…", new Style(Color.Grey))));
            return new(rows);
        }
    }

    static Text State(AgentScene agent) => agent switch
    {
        { Trouble: { } trouble } => new(trouble, new Style(Color.Red)),
        { Status: null } => new("no answer", new Style(Color.Red)),
        { Status.SyncState: "connected", Status.OutboxCount: 0 } => new("all sent", new Style(Color.Green)),
        { Status.SyncState: var state } => new(state, new Style(Color.Yellow)),
    };

    static string Count(long? count) => count?.ToString("N0", System.Globalization.CultureInfo.InvariantCulture) ?? "-";
}
