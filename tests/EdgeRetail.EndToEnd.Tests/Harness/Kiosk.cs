using System.Text.Json;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Harness;

/// <summary>
/// One device: its folder, its executable, and the link to the cloud that tests break. What it confirms to the seller goes
/// into the shop's history.
/// </summary>
sealed class Kiosk : IAsyncDisposable
{
    readonly History history;
    readonly KioskApi api;
    readonly string executable;
    readonly IReadOnlyList<string> launcher;
    ProductProcess? process;

    public Kiosk(string code, int store, string folder, TcpProxy link, History history, string? executable = null, IReadOnlyList<string>? launcher = null)
    {
        (Code, Name, Store, Folder, Link, this.history) = (code, code, store, folder, link, history);
        this.executable = executable ?? ProductExecutables.EdgeRetail;
        this.launcher = launcher ?? [];
        api = new(Path.Combine(folder, "agent.sock"));
    }

    /// <summary>Changes where a copy is enrolled as a device of its own.</summary>
    public string Code { get; set; }

    /// <summary>What the history calls it: two copies of a device have one code and are not one.</summary>
    public string Name { get; init; }

    public int Store { get; }

    /// <summary>The data directory.</summary>
    public string Folder { get; }

    public TcpProxy Link { get; }

    /// <summary>Added to the environment of every process of this device.</summary>
    public Dictionary<string, string?> Environment { get; } = new() { ["EDGERETAIL_DATA"] = null };

    /// <summary>The device lives by this clock from now on.</summary>
    public void LiveBy(WallClock clock)
    {
        foreach (var (name, value) in clock.Environment) Environment[name] = value;
    }

    public string LedgerFile => Path.Combine(Folder, "ledger.db");

    public LedgerFile Ledger => new(LedgerFile);

    public bool IsRunning => process is { HasExited: false };

    public ProductProcess Process => process ?? throw new InvalidOperationException($"{Code} was not started.");

    public KioskApi Api => api;

    /// <summary>Starts <c>edgeretail run</c> and returns when it is ready to sell.</summary>
    public async Task StartAsync()
    {
        if (process is not null) await process.DisposeAsync();
        process = Launch("run", "--kiosk-port", "0", "--json");
        await process.LineAsync("\"event\":\"ready\"");
    }

    /// <summary>An image of the card, as it is while the agent is off.</summary>
    public void CopyTo(string image) => CopyFolder(Folder, image);

    /// <summary>Puts an image back: whatever was recorded since is gone from this card.</summary>
    public void RestoreFrom(string image)
    {
        var kept = new LedgerFile(Path.Combine(image, "ledger.db")).EntryIds();
        history.MediaRolledBack(Name, [.. history.Confirmed.Where(confirmation => confirmation.Device == Code && !kept.Contains(confirmation.Entry)).Select(confirmation => confirmation.Entry)]);
        Directory.Delete(Folder, recursive: true);
        CopyFolder(image, Folder);
    }

    public Task KillAsync() => Process.KillAsync();

    public async Task StopAsync()
    {
        if (IsRunning) await Process.StopAsync();
    }

    /// <summary>One command of the CLI, with --json.</summary>
    public async Task<CommandOutcome> RunAsync(params string[] arguments)
    {
        await using var command = Launch([.. arguments, "--json"]);
        return await CommandOutcome.OfAsync(command, $"edgeretail {string.Join(' ', arguments)}");
    }

    /// <summary>Asks the agent to sync now, whatever its back-off says; as <c>edgeretail sync</c> does.</summary>
    public async Task NudgeAsync()
    {
        try
        {
            await api.PostAsync("/api/v1/sync", new { });
        }
        catch (Exception e) when (e is HttpRequestException or KioskRefusal or TaskCanceledException)
        {
            // It is restarting: then it tries by itself.
        }
    }

    /// <summary>Waits for something that only a session brings about, with the device not waiting between two of them.</summary>
    public async Task HurryUntilAsync(Task happened, TimeSpan? within = null)
    {
        var deadline = Task.Delay(within ?? TimeSpan.FromSeconds(30));
        while (!happened.IsCompleted && !deadline.IsCompleted)
        {
            await NudgeAsync();
            await Task.WhenAny(happened, deadline, Task.Delay(TimeSpan.FromMilliseconds(100)));
        }
    }

    public Task<JsonElement> StatusAsync() => api.GetAsync("/api/v1/status");

    /// <summary>On hand as the stock view shows it: the cache plus what is pending, in thousandths; null where it shows nothing.</summary>
    public async Task<long?> OnHandAsync(string product)
    {
        var stock = await api.GetAsync($"/api/v1/stock?product={Uri.EscapeDataString(product)}");
        var item = stock.GetProperty("items").EnumerateArray().FirstOrDefault();
        return item.ValueKind == JsonValueKind.Undefined ? null : item.GetProperty("onHandThousandths").GetInt64();
    }

    /// <summary>One attempt to sell; see <see cref="KioskApi.PostAsync"/> for how it fails.</summary>
    public async Task<Confirmation> TrySellAsync(Basket basket)
    {
        history.Invoke(Code, basket.Command);
        var answer = await api.PostAsync("/api/v1/sales", new
        {
            actor = "anna",
            lines = basket.Lines.Select(line => new { product = line.Product, quantityThousandths = line.QuantityThousandths }),
            tender = "cash",
            commandId = basket.Command,
        });
        return Confirmed(basket.Command, answer);
    }

    /// <summary>Sells as the kiosk page does: the same command again until it is confirmed, also over a restart of the agent.</summary>
    public async Task<Confirmation> SellAsync(Basket basket)
    {
        Confirmation? confirmed = null;
        await Eventually.IsTrue(
            async () =>
            {
                try
                {
                    confirmed = await TrySellAsync(basket);
                    return true;
                }
                catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
                {
                    return false;
                }
            },
            $"{Code} confirms the sale {basket.Command}",
            // As long as an agent may take to start, which is what it may have to wait for.
            ProductProcess.Patience);
        return confirmed!;
    }

    public Task<Confirmation> SellAsync(string product, long quantityThousandths = 1000) => SellAsync(Basket.Of(new BasketLine(product, quantityThousandths)));

    /// <summary>A product that this device has never heard of, with what staff typed.</summary>
    public Task<Confirmation> SellUnknownAsync(string product) => SellUnknownAsync(Basket.Of(new BasketLine(product)));

    public async Task<Confirmation> SellUnknownAsync(Basket basket)
    {
        history.Invoke(Code, basket.Command);
        var answer = await api.PostAsync("/api/v1/sales", new
        {
            actor = "anna",
            lines = basket.Lines.Select(line => new { product = line.Product, quantityThousandths = line.QuantityThousandths, unitPriceMinor = 250L, description = "as typed", unknown = true }),
            tender = "cash",
            commandId = basket.Command,
        });
        return Confirmed(basket.Command, answer);
    }

    /// <summary>Sales of a device that has no catalogue yet.</summary>
    public async Task SellUnknownAsync(int sales)
    {
        for (var i = 0; i < sales; i++) await SellUnknownAsync(Goods.Codes[i % Goods.Codes.Count]);
    }

    /// <summary>Baskets of a device that has no catalogue yet.</summary>
    public async Task SellUnknownAsync(int sales, Random random)
    {
        for (var i = 0; i < sales; i++) await SellUnknownAsync(Basket.Drawn(random));
    }

    public async Task SellAsync(int sales, Random random)
    {
        for (var i = 0; i < sales; i++) await SellAsync(Basket.Drawn(random));
    }

    /// <summary>Goods come in, so that on hand is a figure to compare.</summary>
    public async Task<Confirmation> ReceiveAsync(params (string Product, int Units)[] lines)
    {
        var command = Guid.NewGuid();
        history.Invoke(Code, command);
        var answer = await api.PostAsync("/api/v1/goods-received", new
        {
            actor = "anna",
            reference = "DN-1",
            lines = lines.Select(line => new { product = line.Product, quantityThousandths = line.Units * 1000L }),
            commandId = command,
        });
        return Confirmed(command, answer);
    }

    /// <summary>Somebody counts.</summary>
    public async Task<Confirmation> CountAsync(params (string Product, int Units)[] lines)
    {
        var command = Guid.NewGuid();
        history.Invoke(Code, command);
        var answer = await api.PostAsync("/api/v1/counts", new
        {
            actor = "anna",
            lines = lines.Select(line => new { product = line.Product, quantityThousandths = line.Units * 1000L }),
            commandId = command,
        });
        return Confirmed(command, answer);
    }

    /// <summary>What a person needs to see when the test failed: status, and the end of the log.</summary>
    public async Task<string> DescribeAsync()
    {
        string status;
        try
        {
            status = IsRunning ? (await StatusAsync()).ToString() : "not running";
        }
        catch (Exception e) when (e is HttpRequestException or KioskRefusal or TaskCanceledException)
        {
            status = e.Message;
        }

        var logs = Directory.Exists(Path.Combine(Folder, "logs")) ? Directory.GetFiles(Path.Combine(Folder, "logs")).Order(StringComparer.Ordinal).TakeLast(1) : [];
        var tail = logs.SelectMany(log => File.ReadLines(log).TakeLast(15));
        return $"{Code} {status}\n{string.Join('\n', tail)}\n{process?.Transcript()}";
    }

    public async ValueTask DisposeAsync()
    {
        api.Dispose();
        if (process is not null) await process.DisposeAsync();
        await Link.DisposeAsync();
    }

    static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        File.SetUnixFileMode(to, File.GetUnixFileMode(from));
        foreach (var file in Directory.EnumerateFiles(from)) if (!file.EndsWith(".sock", StringComparison.Ordinal)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var folder in Directory.EnumerateDirectories(from)) CopyFolder(folder, Path.Combine(to, Path.GetFileName(folder)));
    }

    Confirmation Confirmed(Guid command, JsonElement answer)
    {
        var receipt = answer.TryGetProperty("receipt", out var number) ? number.GetString() : null;
        var confirmation = new Confirmation(Code, command, answer.GetProperty("entryId").GetGuid(), receipt, answer.GetProperty("replayed").GetBoolean());
        history.Confirm(confirmation);
        return confirmation;
    }

    ProductProcess Launch(params string[] arguments)
    {
        string[] command = [.. launcher, executable, .. arguments, "--data", Folder];
        return ProductProcess.Start(command[0], command[1..], Environment);
    }
}
