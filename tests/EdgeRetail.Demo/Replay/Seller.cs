using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeRetail.Checker.History;
using EdgeRetail.Demo.Sales;
using EdgeRetail.Demo.Stage;

namespace EdgeRetail.Demo.Replay;

/// <summary>
/// One till: sends its commands one after the other and does not go on before an answer is there. Where none comes, the same
/// command is sent again with the same id: the agent sells it once.
/// </summary>
sealed class Seller(int number, AgentService agent, ReplayPlan plan, FaultScript faults, RunLog log, TimeSpan pause)
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);

    readonly CommandBody bodies = new(plan);
    (ReplayCommand Command, AgentAnswer.Recorded Answer)? last;
    int done;
    int repeated;
    bool unsure;

    /// <summary>Which receipt of the file each confirmed entry belongs to.</summary>
    public ConcurrentDictionary<Guid, FileReceipt> Confirmed { get; } = new();

    /// <summary>Commands that are done.</summary>
    public int Done => Volatile.Read(ref done);

    /// <summary>Commands that the agent was given again and had recorded already: it answered with the first entry.</summary>
    public int Repeated => Volatile.Read(ref repeated);

    public AgentService Agent => agent;

    public async Task OpenAsync(IEnumerable<(string Product, long QuantityThousandths)> shelves, CancellationToken cancellationToken)
    {
        foreach (var lines in shelves.Chunk(1_000))
        {
            var body = new JsonObject
            {
                ["actor"] = "store manager", ["commandId"] = ReplayCommand.IdOf($"open\n{agent.Code}\n{lines[0].Product}"),
                ["lines"] = new JsonArray([.. lines.Select(line => new JsonObject { ["product"] = line.Product, ["quantityThousandths"] = line.QuantityThousandths })]),
            };
            var answer = await SendAsync("stock-opened", body, cancellationToken);
            if (answer is AgentAnswer.Refused refused) throw new StageException($"{agent.Code} does not take the opening stock: {refused.Code}: {refused.Detail}");
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var commands = plan.CommandsOf(number);
        for (var i = 0; i < commands.Count; i++)
        {
            faults.Before(number, i, commands.Count);
            await SellAsync(commands[i], cancellationToken);
            Volatile.Write(ref done, i + 1);
            if (pause > TimeSpan.Zero) await Task.Delay(pause, cancellationToken);
        }
    }

    async Task SellAsync(ReplayCommand command, CancellationToken cancellationToken)
    {
        var (path, body) = bodies.Of(command, $"till {number + 1}");
        switch (await SendAsync(path, body, cancellationToken))
        {
            case AgentAnswer.Recorded recorded:
                Confirmed[recorded.EntryId] = command.Receipt;
                if (recorded.Replayed) Interlocked.Increment(ref repeated);
                if (unsure) await MakeSureAsync(cancellationToken);
                last = (command, recorded);
                break;
            case AgentAnswer.Refused when command.Lines.Count > 1:
                // One line spoils the receipt: the rest is sold all the same.
                foreach (var half in command.Halves()) await SellAsync(half, cancellationToken);
                break;
            case AgentAnswer.Refused refused:
                lock (plan.File) plan.File.List(command.Receipt, command.Lines[0], refused.Code, refused.Detail);
                break;
        }
    }

    /// <summary>After an agent was away the sale before that is sent once more, as a seller does who is not sure: it must be the same one.</summary>
    async Task MakeSureAsync(CancellationToken cancellationToken)
    {
        unsure = false;
        if (last is not var (command, answer)) return;
        var (path, body) = bodies.Of(command, $"till {number + 1}");
        if (await SendAsync(path, body, cancellationToken) is not AgentAnswer.Recorded { Replayed: true } again || again.EntryId != answer.EntryId)
            throw new StageException($"{agent.Code} sold receipt {command.Receipt.Number} a second time.");
        Interlocked.Increment(ref repeated);
    }

    async Task<AgentAnswer> SendAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                var answer = await agent.Client.SendAsync(path, body, cancellationToken);
                if (answer is AgentAnswer.Recorded recorded) log.Add(new HistoryEvent.Confirmed(RunLog.Now, agent.Code, recorded.EntryId, recorded.Receipt));
                return answer;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException or IOException && !cancellationToken.IsCancellationRequested)
            {
                unsure = true;
                if (watch.Elapsed > Patience) throw new StageException($"{agent.Code} has not answered for {watch.Elapsed.TotalSeconds:0} s: {e.Message}");
                await Task.Delay(RetryPause, cancellationToken);
            }
        }
    }
}
